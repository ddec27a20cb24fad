import { useState } from 'react';
import type { Channel } from '@hearth/contract';
import { useChannels } from '../../api/alert-queries.ts';
import { useLink } from '../../api/link.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { AnswerPanel } from '../answer-panel.tsx';
import { ChannelDialog } from './channel-dialog.tsx';
import { ChannelEntry } from './channel-entry.tsx';
import { NotifyHere } from './notify-here.tsx';

function Channels({ channels }: { channels: readonly Channel[] }) {
  const isAway = useLink().state === 'away';
  const [isAdding, setAdding] = useState(false);
  const isTold = channels.some(({ goneAt }) => goneAt === null);
  return (
    <>
      {!isTold && (
        <div className={content.lead}>
          <p className={content.figure}>Nobody is told</p>
          <p className={content.promise}>Alerts are on this page only, until there is a way to tell you.</p>
        </div>
      )}
      {channels.length > 0 && (
        <ul className={content.entries}>
          {channels.map((channel) => (
            <ChannelEntry key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
      <div className={content.actions}>
        <NotifyHere channels={channels} look={isTold ? 'plain' : 'primary'} />
        <Button disabled={isAway} onClick={() => setAdding(true)}>
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
