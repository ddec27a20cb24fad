import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ImportJob } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Fold } from '../../components/fold.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import { Progress } from '../../components/progress.tsx';
import { labelOf } from '../../device-words.ts';
import { useFormat } from '../../format-context.ts';
import { importTitle, reasonWords, reportWords } from '../../transfer-words.ts';
import styles from './system-page.module.css';

function Skipped({ skipped }: { skipped: ImportJob['report']['skipped'] }) {
  const format = useFormat();
  if (skipped.length === 0) return null;
  return (
    <Fold summary="What was skipped, and why">
      <ul className={styles.reasons}>
        {skipped.map(({ reason, count, examples }) => (
          <li key={reason}>
            <strong>
              {reasonWords(reason)}: {format.number(count)}
            </strong>
            {examples.map(({ row, got, expected }) => (
              <p key={`${row} ${got}`}>
                Line {format.number(row)} has <code>{got || 'nothing'}</code>; expected: {expected}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Fold>
  );
}

function Sources({ sources }: { sources: ImportJob['report']['sources'] }) {
  const format = useFormat();
  if (sources.length === 0) return null;
  return (
    <Fold summary="Where they go">
      <ul className={styles.reasons}>
        {sources.map(({ source, device, quantity, readings }) => (
          <li key={source}>
            <code>{source}</code>, {format.number(readings)}:{' '}
            {device !== null && quantity !== null
              ? `${device}, ${labelOf(quantity).toLowerCase()}`
              : 'left out, nothing here fits'}
          </li>
        ))}
      </ul>
    </Fold>
  );
}

/** One file that is or was brought in: how far it is, what became of its readings, and what can be done. */
export function ImportEntry({ job }: { job: ImportJob }) {
  const client = useQueryClient();
  const format = useFormat();
  const isAway = useLink().state === 'away';
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.imports });
  const params = { id: job.id };
  const start = useMutation({ mutationFn: () => call('startImport', { params, body: {} }), onSuccess });
  const end = useMutation({ mutationFn: () => call('endImport', { params }), onSuccess });
  const isRunning = job.state === 'running' || job.state === 'waiting';
  const isBad = job.state === 'failed';
  const title = importTitle(job, format);
  const error = start.error ?? end.error;
  return (
    <li className={content.entry}>
      <strong className={isBad ? content.red : job.state === 'done' ? content.good : content.none}>
        {isBad ? <AlertIcon /> : job.state === 'done' ? <CheckIcon /> : <ClockIcon />}
        {job.name}
      </strong>
      {isRunning ? (
        <Progress label={title} share={job.state === 'running' ? job.share : 0} />
      ) : (
        <p className={isBad ? content.error : undefined}>{/[.!?]$/u.test(title) ? title : `${title}.`}</p>
      )}
      {isRunning && job.problem !== null && <p className={styles.warn}>{job.problem}</p>}
      {(job.report.read > 0 || job.state === 'done') && (
        <p className={styles.report}>{reportWords(job, format)}</p>
      )}
      <Skipped skipped={job.report.skipped} />
      <Sources sources={job.report.sources} />
      {error && (
        <p role="alert" className={content.error}>
          {wordsFor(error)}
        </p>
      )}
      <div className={content.actions}>
        {job.canStart && (
          <Button look="primary" disabled={isAway || start.isPending} onClick={() => start.mutate()}>
            {job.mode === 'try' ? 'Store them' : 'Go on'}
          </Button>
        )}
        <Button disabled={isAway || end.isPending} onClick={() => end.mutate()}>
          {isRunning ? 'Cancel' : 'Take off the list'}
        </Button>
      </div>
    </li>
  );
}
