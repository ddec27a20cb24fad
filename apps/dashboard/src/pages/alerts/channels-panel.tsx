import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Channel } from '@hearth/contract';
import { useChannels } from '../../api/alert-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { channelNames, placeWords, reachNames } from '../../channel-words.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import { AnswerPanel } from '../system/answer-panel.tsx';
import styles from '../system/system-page.module.css';
import { ChannelDialog } from './channel-dialog.tsx';

function Last({ channel: { last, waiting, failed } }: { channel: Channel }) {
  return (
    <>
      {last === null ? (
        <p>Nothing was sent yet.</p>
      ) : (
        <p className={last.isSent ? styles.good : styles.red}>
          {last.isSent ? <CheckIcon /> : <AlertIcon />}
          <span>
            {last.isSent ? 'Sent' : 'Not sent'} <Age at={last.at} />
            {last.problem !== null && `: ${last.problem}`}
          </span>
        </p>
      )}
      {waiting > 0 && (
        <p className={styles.none}>
          <ClockIcon /> {waiting === 1 ? 'One waits' : `${waiting} wait`} to be sent.
        </p>
      )}
      {failed > 0 && <p>{failed === 1 ? 'One was' : `${failed} were`} given up after three days.</p>}
    </>
  );
}

function ChannelEntry({ channel }: { channel: Channel }) {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const params = { id: String(channel.id) };
  const onSettled = () => client.invalidateQueries({ queryKey: keys.channels });
  const test = useMutation({ mutationFn: () => call('testChannel', { params }), onSettled });
  const remove = useMutation({ mutationFn: () => call('removeChannel', { params }), onSettled });
  const isBusy = isAway || test.isPending || remove.isPending;
  const error = test.error ?? remove.error;
  return (
    <li className={styles.entry}>
      <strong>
        {channel.name}{' '}
        <span>
          {channelNames[channel.place.kind]}, {placeWords(channel.place)} · {reachNames[channel.reach]}
        </span>
      </strong>
      <Last channel={channel} />
      <div className={styles.actions}>
        <Button disabled={isBusy} onClick={() => test.mutate()}>
          {test.isPending ? 'Sending…' : 'Send a test'}
        </Button>
        <Button look="quiet" disabled={isBusy} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
      {error && (
        <p role="alert" className={styles.error}>
          {wordsFor(error)}
        </p>
      )}
    </li>
  );
}

function Channels({ channels }: { channels: readonly Channel[] }) {
  const isAway = useLink().state === 'away';
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      {channels.length === 0 ? (
        <div className={styles.lead}>
          <p className={styles.figure}>Nobody is told</p>
          <p className={styles.promise}>Alerts are on this page only, until there is a way to tell you.</p>
        </div>
      ) : (
        <ul className={styles.entries}>
          {channels.map((channel) => (
            <ChannelEntry key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        <Button
          look={channels.length === 0 ? 'primary' : 'plain'}
          disabled={isAway}
          onClick={() => setAdding(true)}
        >
          Add a way
        </Button>
      </div>
      {isAdding && <ChannelDialog onClose={() => setAdding(false)} />}
    </>
  );
}

/** Who is told of alerts, and whether the last one came through. */
export function ChannelsPanel() {
  const channels = useChannels();
  return (
    <AnswerPanel title="Who is told" answer={channels} failure="The ways could not be looked up">
      {(data) => <Channels channels={data} />}
    </AnswerPanel>
  );
}
