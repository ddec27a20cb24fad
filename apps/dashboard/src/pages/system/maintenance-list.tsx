import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Maintenance } from '@hearth/contract';
import { availabilityKeys } from '../../api/availability-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { serverNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { useFormat } from '../../format-context.ts';
import styles from './system-page.module.css';

const hourMs = 3_600_000;
const spans = [
  [1, 'an hour'],
  [4, '4 hours'],
] as const;

/** Times in which nothing counts: one can be begun now, and is ended by itself or before. */
export function MaintenanceList({ times }: { times: readonly Maintenance[] }) {
  const format = useFormat();
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const onSettled = () => client.invalidateQueries({ queryKey: availabilityKeys.all });
  const begin = useMutation({
    mutationFn: (hours: number) => {
      const from = Math.round(serverNow());
      return call('addMaintenance', { body: { from, to: from + hours * hourMs, why: '' } });
    },
    onSettled,
  });
  const end = useMutation({
    mutationFn: (id: number) => call('removeMaintenance', { params: { id: String(id) } }),
    onSettled,
  });
  const open = times.filter(({ to }) => to > serverNow());
  const error = begin.error ?? end.error;
  return (
    <div className={styles.part}>
      <div className={styles.row}>
        <div className={styles.words}>
          <h3>Work on the heating</h3>
          <p className={content.note}>What fails in an announced time counts for nobody.</p>
        </div>
        {open.length === 0 && (
          <div className={content.actions}>
            {spans.map(([hours, words]) => (
              <Button key={hours} disabled={isAway || begin.isPending} onClick={() => begin.mutate(hours)}>
                For {words}
              </Button>
            ))}
          </div>
        )}
      </div>
      {open.map(({ id, from, to, why }) => (
        <div key={id} className={styles.row}>
          <p>
            {from > serverNow() ? `From ${format.moment(from, serverNow())} until` : 'Until'}{' '}
            {format.moment(to, serverNow())}
            {why && `: ${why}`}
          </p>
          <Button disabled={isAway || end.isPending} onClick={() => end.mutate(id)}>
            {from > serverNow() ? 'Take back' : 'End now'}
          </Button>
        </div>
      ))}
      {error && (
        <p className={content.error} role="alert">
          {wordsFor(error)}
        </p>
      )}
    </div>
  );
}
