import { daysShown, useDeviceDays } from '../../api/system-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Bar } from '../../components/skeletons.tsx';
import { useFormat } from '../../format-context.ts';
import { dayWords } from '../../storage-words.ts';
import styles from './device-page.module.css';

/** The days of late on which readings of a device are missing, newest first. */
export function MissingPanel({ device }: { device: string }) {
  const format = useFormat();
  const days = useDeviceDays(device);
  return (
    <Panel title="Missing readings">
      {days.error && !days.data ? (
        <Failed title="They could not be counted" onRetry={() => void days.refetch()}>
          {wordsFor(days.error)}
        </Failed>
      ) : !days.data ? (
        <Bar width="60%" />
      ) : days.data.every(({ missing }) => missing === 0) ? (
        <p className={styles.note}>Nothing is missing in the last {daysShown} days.</p>
      ) : (
        <dl className={styles.facts}>
          {days.data
            .filter(({ missing }) => missing > 0)
            .toReversed()
            .map((day) => (
              <div key={day.start}>
                <dt>
                  <time dateTime={new Date(day.start).toISOString()}>{format.date(day.start)}</time>
                </dt>
                <dd>{dayWords(day, format)}</dd>
              </div>
            ))}
        </dl>
      )}
    </Panel>
  );
}
