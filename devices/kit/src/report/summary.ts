import type { Result } from '../run-checks.ts';

/** How a run ended, in one word: `incomplete` where nothing failed that must hold, and something could not be tried. */
export type Outcome = 'passed' | 'incomplete' | 'failed';

export interface Summary {
  outcome: Outcome;
  passed: number;
  failed: number;
  notApplicable: number;
  notRun: number;
}

/** Counts results. What should hold and does not is counted as failed, and leaves the outcome alone. */
export function summarise(results: readonly Result[]): Summary {
  const count = (verdict: Result['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  const musts = results.filter(({ level }) => level === 'must');
  const isFailed = musts.some(({ verdict }) => verdict === 'fail');
  const isIncomplete = musts.some(({ verdict }) => verdict === 'not-run') || musts.length === 0;
  return {
    outcome: isFailed ? 'failed' : isIncomplete ? 'incomplete' : 'passed',
    passed: count('pass'),
    failed: count('fail'),
    notApplicable: count('not-applicable'),
    notRun: count('not-run'),
  };
}
