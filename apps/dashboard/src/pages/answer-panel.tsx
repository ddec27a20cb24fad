import type { ReactNode } from 'react';
import { wordsFor } from '../api/problem.ts';
import { useLink } from '../api/link.ts';
import { Age } from '../components/age.tsx';
import { ClockIcon } from '../components/icons.tsx';
import { Failed } from '../components/notice.tsx';
import { Panel } from '../components/panel.tsx';
import { Bar } from '../components/skeletons.tsx';
import styles from '../components/content.module.css';

/** Part of what a query gives. */
interface Answer<T> {
  data: T | undefined;
  error: Error | null;
  dataUpdatedAt: number;
  refetch: () => Promise<unknown>;
}

interface Props<T> {
  title: string;
  /** What the panel shows, or nothing where it needs no answer. */
  answer: Answer<T>;
  /** Said where the answer does not come. */
  failure: string;
  children: (data: T) => ReactNode;
}

/** A panel with its answer in all states: on its way, there, of before because Hearth is away, failed. */
export function AnswerPanel<T>({ title, answer, failure, children }: Props<T>) {
  const { data, error, dataUpdatedAt, refetch } = answer;
  const isOld = useLink().state === 'away' || error !== null;
  return (
    <Panel title={title} isQuiet>
      {data !== undefined ? (
        <>
          {isOld && (
            <p className={styles.old}>
              <ClockIcon /> Last known, <Age at={dataUpdatedAt} />
            </p>
          )}
          {children(data)}
        </>
      ) : error ? (
        <Failed title={failure} onRetry={() => void refetch()}>
          {wordsFor(error)}
        </Failed>
      ) : (
        <div className={styles.loading}>
          <output className="sr-only">Loading…</output>
          <Bar width="min(320px, 80%)" height="1.75rem" />
          <Bar width="100%" />
          <Bar width="60%" />
        </div>
      )}
    </Panel>
  );
}
