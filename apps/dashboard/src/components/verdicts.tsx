import type { CheckResult } from '@hearth/contract';
import type { RuleState } from '../check-words.ts';
import { classNames } from '../class-names.ts';
import { AlertIcon, CheckIcon, ClockIcon, MinusIcon, RingIcon } from './icons.tsx';
import styles from './verdicts.module.css';

const verdicts: Readonly<Record<CheckResult['verdict'], { word: string; icon: typeof CheckIcon }>> = {
  pass: { word: 'Passed', icon: CheckIcon },
  fail: { word: 'Failed', icon: AlertIcon },
  'not-applicable': { word: 'Not applicable', icon: MinusIcon },
  'not-run': { word: 'Not run', icon: RingIcon },
};

const lookOf = ({ result, isNow }: RuleState): CheckResult['verdict'] | 'now' | 'to-come' =>
  result?.verdict ?? (isNow ? 'now' : 'to-come');

/** One mark for each check, told apart by form and colour; in words it is `label`. */
export function VerdictStrip({ rules, label }: { rules: readonly RuleState[]; label: string }) {
  return (
    <span className={styles.strip} role="img" aria-label={label}>
      {rules.map((state) => (
        <i key={state.rule.id} className={styles[lookOf(state)]} />
      ))}
    </span>
  );
}

/** What came of one check, as a sign with its word for those who do not see it. */
export function VerdictMark({ state }: { state: RuleState }) {
  const look = lookOf(state);
  const { word, icon: Icon } =
    look === 'now'
      ? { word: 'Being tried', icon: ClockIcon }
      : look === 'to-come'
        ? { word: 'To come', icon: RingIcon }
        : verdicts[look];
  return (
    <span className={classNames(styles.mark, styles[look])}>
      <Icon />
      <span className="sr-only">{word}:</span>
    </span>
  );
}
