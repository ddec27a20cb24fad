import { findSubject, useAvailability } from '../../api/availability-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { percentWords, stripWords } from '../../availability-words.ts';
import { AvailabilityStrip } from '../../components/availability-strip.tsx';
import { Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Bar } from '../../components/skeletons.tsx';
import { useFormat } from '../../format-context.ts';
import styles from './device-page.module.css';

/** How much of the last ninety days a device could be reached and gave values. */
export function AvailabilityPanel({ device }: { device: string }) {
  const format = useFormat();
  const answer = useAvailability();
  const known = answer.data && findSubject(answer.data.subjects, { kind: 'device', id: device });
  return (
    <Panel title="Availability">
      {answer.error && !answer.data ? (
        <Failed title="It could not be looked up" onRetry={() => void answer.refetch()}>
          {wordsFor(answer.error)}
        </Failed>
      ) : !answer.data ? (
        <Bar width="60%" />
      ) : !known || known.share === null ? (
        <p className={styles.note}>It is counted from the first message on.</p>
      ) : (
        <>
          <p>
            <strong>{percentWords(known.share, format)}</strong>{' '}
            <span className={styles.note}>
              of the time: {stripWords(known.days, answer.data.today, format)}.
            </span>
          </p>
          <AvailabilityStrip days={known.days} today={answer.data.today} />
          <p className={styles.note}>
            Connected and giving values. Time in which Hearth itself could not listen is left out.
          </p>
        </>
      )}
    </Panel>
  );
}
