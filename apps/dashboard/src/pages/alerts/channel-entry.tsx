import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Channel } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { unsubscribe, useOwnPush } from '../../api/push.ts';
import { keys } from '../../api/queries.ts';
import { channelNames, placeWords, reachNames } from '../../channel-words.ts';
import { serverNow } from '../../clock.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import { useFormat } from '../../format-context.ts';
import { ChannelDialog } from './channel-dialog.tsx';

function Last({ channel: { last, goneAt, waiting, failed } }: { channel: Channel }) {
  const format = useFormat();
  if (goneAt !== null)
    return (
      <p className={content.red}>
        <AlertIcon />
        <span>
          Since {format.moment(goneAt, serverNow())} it takes no notifications any more. Allow them there
          again, or remove it.
        </span>
      </p>
    );
  return (
    <>
      {last === null ? (
        <p>Nothing was sent yet.</p>
      ) : (
        <p className={last.isSent ? content.good : content.red}>
          {last.isSent ? <CheckIcon /> : <AlertIcon />}
          <span>
            {last.isSent ? 'Sent' : 'Not sent'} <Age at={last.at} />
            {last.problem !== null && `: ${last.problem}`}
          </span>
        </p>
      )}
      {waiting > 0 && (
        <p className={content.none}>
          <ClockIcon /> {waiting === 1 ? 'One waits' : `${waiting} wait`} to be sent.
        </p>
      )}
      {failed > 0 && <p>{failed === 1 ? 'One was' : `${failed} were`} given up.</p>}
    </>
  );
}

/** One way in which somebody is told: how the last sending went, and what can be done with it. */
export function ChannelEntry({ channel }: { channel: Channel }) {
  const { id, name, place, reach, goneAt } = channel;
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const own = useOwnPush();
  const [isChanging, setChanging] = useState(false);
  const isHere = place.kind === 'push' && place.p256dh === own.data;
  const params = { id: String(id) };
  const onSettled = () => client.invalidateQueries({ queryKey: keys.channels });
  const test = useMutation({ mutationFn: () => call('testChannel', { params }), onSettled });
  const remove = useMutation({
    mutationFn: async () => {
      await call('removeChannel', { params });
      if (isHere) await unsubscribe();
      await client.invalidateQueries({ queryKey: keys.push });
    },
    onSettled,
  });
  const isBusy = isAway || test.isPending || remove.isPending;
  const error = test.error ?? remove.error;
  const kind = channelNames[place.kind];
  const way = [name === kind ? '' : kind, placeWords(place)];
  return (
    <li className={content.entry}>
      <strong>{name}</strong>
      <p>{[...way, reachNames[reach], isHere ? 'here' : ''].filter(Boolean).join(' · ')}</p>
      <Last channel={channel} />
      <div className={content.actions}>
        {goneAt === null && (
          <>
            <Button disabled={isBusy} onClick={() => test.mutate()}>
              {test.isPending ? 'Sending…' : 'Send a test'}
            </Button>
            <Button look="quiet" disabled={isBusy} onClick={() => setChanging(true)}>
              Change
            </Button>
          </>
        )}
        <Button look="quiet" disabled={isBusy} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
      {error && (
        <p role="alert" className={content.error}>
          {wordsFor(error)}
        </p>
      )}
      {isChanging && <ChannelDialog channel={channel} onClose={() => setChanging(false)} />}
    </li>
  );
}
