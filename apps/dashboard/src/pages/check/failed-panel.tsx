import type { CheckResult, CheckRun } from '@hearth/contract';
import { CodeWords } from '../../components/code-words.tsx';
import { Fold } from '../../components/fold.tsx';
import { AlertIcon } from '../../components/icons.tsx';
import { Panel } from '../../components/panel.tsx';
import { ruleWords } from '../../check-words.ts';
import styles from './results.module.css';

const weights = { must: 0, should: 1, info: 2 } as const;

const duties = { must: 'Must hold', should: 'Should hold', info: 'Good to know' } as const;

function Failed({ result }: { result: CheckResult }) {
  const { id, level, why = '', scaled, mend = '', clause, evidence = [] } = result;
  return (
    <li className={styles.failed}>
      <p className={level === 'must' ? styles.must : styles.should}>
        <AlertIcon /> {duties[level]}, and does not
      </p>
      <h3>
        <CodeWords>{ruleWords(result)}</CodeWords>
      </h3>
      <dl className={styles.facts}>
        <div>
          <dt>Seen</dt>
          <dd>
            <CodeWords>{why}</CodeWords>
            {scaled && ` (${scaled})`}
          </dd>
        </div>
        <div>
          <dt>Mend</dt>
          <dd>
            <CodeWords>{mend}</CodeWords>
          </dd>
        </div>
        <div>
          <dt>Rule</dt>
          <dd>
            <code>{id}</code>; “{clause}” in the guide for device makers
          </dd>
        </div>
      </dl>
      {evidence.length > 0 && (
        <Fold summary="What went over the wire">
          {/* Wider than a phone: it scrolls by itself, by keyboard too. */}
          <pre tabIndex={0} role="group" aria-label={`Packets of ${id}`}>
            {evidence.join('\n')}
          </pre>
        </Fold>
      )}
    </li>
  );
}

/** What failed, the gravest first: what was seen, how to mend it, and the packets that show it. */
export function FailedPanel({ run }: { run: CheckRun }) {
  const failed = run.results
    .filter(({ verdict }) => verdict === 'fail')
    .toSorted((a, b) => weights[a.level] - weights[b.level]);
  if (failed.length === 0) return null;
  return (
    <Panel title={failed.length === 1 ? 'What failed' : `What failed: ${failed.length}`}>
      <ul className={styles.failures}>
        {failed.map((result) => (
          <Failed key={result.id} result={result} />
        ))}
      </ul>
    </Panel>
  );
}
