import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Channel } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { PushError, pushObstacle, subscribe, useOwnPush } from '../../api/push.ts';
import { keys } from '../../api/queries.ts';
import { pushWords, thisMachine } from '../../channel-words.ts';
import { Button, type ButtonLook } from '../../components/button.tsx';
import content from '../../components/content.module.css';

const agent = navigator.userAgent;

/** The button by which the browser that this page is in is told; nothing where it is, and why where it cannot be. */
export function NotifyHere({ channels, look }: { channels: readonly Channel[]; look: ButtonLook }) {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const own = useOwnPush();
  const mine = channels.find(({ place }) => place.kind === 'push' && place.p256dh === own.data);
  const notify = useMutation({
    mutationFn: async () => {
      const place = await subscribe();
      if (!place) return;
      await call('addChannel', { body: { name: thisMachine(agent).name, reach: 'all', place } });
      // What it was reached by before takes none any more.
      if (mine) await call('removeChannel', { params: { id: String(mine.id) } });
    },
    onSettled: () =>
      Promise.all([keys.push, keys.channels].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const obstacle = pushObstacle();
  if (obstacle) return <p className={content.note}>{pushWords(obstacle, agent)}</p>;
  if (own.data === undefined || mine?.goneAt === null) return null;
  return (
    <>
      <Button look={look} disabled={isAway || notify.isPending} onClick={() => notify.mutate()}>
        {notify.isPending ? 'Asking…' : `Notify this ${thisMachine(agent).word}`}
      </Button>
      {notify.error && (
        <p role="alert" className={content.error}>
          {notify.error instanceof PushError ? pushWords(notify.error.code, agent) : wordsFor(notify.error)}
        </p>
      )}
    </>
  );
}
