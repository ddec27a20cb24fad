import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OwnSession } from '@hearth/contract';
import { sessionsKey, useSessions } from '../../api/account-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import { AnswerPanel } from '../answer-panel.tsx';
import styles from '../../components/content.module.css';

function Shown({ sessions }: { sessions: readonly OwnSession[] }) {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const end = useMutation({
    mutationFn: (id: string | null) =>
      id === null ? call('endOtherSessions', {}) : call('endSession', { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
  return (
    <>
      <ul className={styles.entries}>
        {sessions.map(({ id, device, address, isThis, lastSeenAt }) => (
          <li key={id} className={styles.entry}>
            <strong>
              {device} <span>from {address}</span>
            </strong>
            {isThis ? (
              <p>This browser</p>
            ) : (
              <>
                <p>
                  Last seen <Age at={lastSeenAt} />
                </p>
                <div className={styles.actions}>
                  <Button
                    look="quiet"
                    disabled={isAway || end.isPending}
                    aria-label={`Sign out there: ${device}`}
                    onClick={() => end.mutate(id)}
                  >
                    Sign out there
                  </Button>
                </div>
              </>
            )}
          </li>
        ))}
      </ul>
      {end.error && (
        <p role="alert" className={styles.error}>
          {wordsFor(end.error)}
        </p>
      )}
      {sessions.length > 1 && (
        <div className={styles.actions}>
          <Button disabled={isAway || end.isPending} onClick={() => end.mutate(null)}>
            Sign out everywhere but here
          </Button>
        </div>
      )}
    </>
  );
}

/** Where one is signed in, and a way to end it. */
export function SessionsPanel() {
  const sessions = useSessions();
  return (
    <AnswerPanel
      title="Where you are signed in"
      answer={sessions}
      failure="The sessions could not be looked up"
    >
      {(data) => <Shown sessions={data} />}
    </AnswerPanel>
  );
}
