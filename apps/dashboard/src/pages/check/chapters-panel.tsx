import type { CheckRun } from '@hearth/contract';
import { CodeWords } from '../../components/code-words.tsx';
import { Fold } from '../../components/fold.tsx';
import { Panel } from '../../components/panel.tsx';
import { VerdictMark, VerdictStrip } from '../../components/verdicts.tsx';
import {
  chaptersOf,
  countWords,
  leftOf,
  ruleWords,
  type ChapterState,
  type RuleState,
} from '../../check-words.ts';
import { useFormat } from '../../format-context.ts';
import styles from './results.module.css';

function RuleLine({ state }: { state: RuleState }) {
  const { rule, result } = state;
  const note = [result?.verdict === 'fail' ? undefined : result?.why, result?.scaled]
    .filter(Boolean)
    .join('; ');
  return (
    <li className={styles.rule}>
      <VerdictMark state={state} />
      <span className={styles.says}>
        <CodeWords>{ruleWords(rule)}</CodeWords>
        {note && (
          <span className={styles.ruleNote}>
            <CodeWords>{note}</CodeWords>
          </span>
        )}
      </span>
      <span className={styles.level}>{rule.level}</span>
    </li>
  );
}

function Chapter({ title, rules, run }: ChapterState & { run: CheckRun }) {
  const format = useFormat();
  const results = rules.flatMap(({ result }) => result ?? []);
  const words = countWords(results, leftOf(rules.length - results.length, run), format);
  return (
    <li className={styles.chapter}>
      <Fold
        summary={
          <span className={styles.chapterHead}>
            <span className={styles.chapterTitle}>{title}</span>
            <span className={styles.counts} aria-hidden="true">
              {words}
            </span>
            <VerdictStrip rules={rules} label={words} />
          </span>
        }
      >
        <ul className={styles.rules}>
          {rules.map((state) => (
            <RuleLine key={state.rule.id} state={state} />
          ))}
        </ul>
      </Fold>
    </li>
  );
}

/** Every check of a run by chapter, with what came of it so far. */
export function ChaptersPanel({ run }: { run: CheckRun }) {
  return (
    <Panel title="All checks">
      <ul>
        {chaptersOf(run).map((chapter) => (
          <Chapter key={chapter.id} {...chapter} run={run} />
        ))}
      </ul>
    </Panel>
  );
}
