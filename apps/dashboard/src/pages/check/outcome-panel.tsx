import type { CheckRun } from '@hearth/contract';
import { Button } from '../../components/button.tsx';
import { AlertIcon, CheckIcon, DownloadIcon, RingIcon } from '../../components/icons.tsx';
import { Panel } from '../../components/panel.tsx';
import { outcomeWords, runWords } from '../../check-words.ts';
import { useFormat } from '../../format-context.ts';
import styles from './check-page.module.css';
import own from './run.module.css';

const certificatePath = '/api/conformance/certificate';

/** What a run came to, in words, and how grave that is. */
function endWords(run: CheckRun): { title: string; more: string; look: 'good' | 'bad' | 'none' } {
  const { state, summary, problem, results } = run;
  const rest = results.length > 0 ? 'What was tried until then is below.' : 'Nothing had been tried yet.';
  if (state === 'stopped')
    return { title: 'Stopped', more: `${rest} A check that is stopped has no certificate.`, look: 'none' };
  if (state === 'broken' || !summary)
    return { title: 'The check broke off', more: `${problem ?? ''} ${rest}`.trim(), look: 'bad' };
  const look = summary.outcome === 'failed' ? 'bad' : summary.outcome === 'passed' ? 'good' : 'none';
  return { ...outcomeWords(run, summary), look };
}

const icons = { good: <CheckIcon />, bad: <AlertIcon />, none: <RingIcon /> } as const;

/** How a run ended, its certificate, and the way to the next. */
export function OutcomePanel({
  run,
  isAway,
  onAgain,
}: {
  run: CheckRun;
  isAway: boolean;
  onAgain: () => void;
}) {
  const format = useFormat();
  const { asked, device, startedAt, endedAt, summary } = run;
  const { title, more, look } = endWords(run);
  const facts: [string, string][] = [
    ['Result', runWords(run, format)],
    ['Device', [device?.maker, device?.model].filter(Boolean).join(' ') || 'did not say what it is'],
    ...(device?.firmware ? [['Firmware', device.firmware] as [string, string]] : []),
    ['When', format.dateTime(endedAt ?? startedAt)],
    ['Times', asked.isQuick ? 'shortened (quick)' : 'in full'],
    ['Connection', asked.isPlain ? 'without TLS' : 'TLS'],
  ];
  return (
    <Panel title={asked.device}>
      <div className={own.lead} role="status">
        <p className={`${own.figure} ${own[look]}`}>
          {icons[look]}
          {title}
        </p>
        <p className={own.more}>{more}</p>
      </div>
      <dl className={own.table}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {run.state === 'ended' && summary && !isAway && (
        <div className={own.authority}>
          <div className={styles.actions}>
            <a href={`${certificatePath}?format=html`} download className={own.download}>
              <DownloadIcon /> Certificate
            </a>
            <a href={`${certificatePath}?format=json`} download className={own.download}>
              <DownloadIcon /> JSON
            </a>
          </div>
          <p className={styles.hint}>
            Signed by this Hearth: <code>hearth-kit verify</code> tells whether anything in it was changed.
          </p>
        </div>
      )}
      <div className={styles.actions}>
        <Button look="primary" onClick={onAgain}>
          Check again
        </Button>
      </div>
    </Panel>
  );
}
