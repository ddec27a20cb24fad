import type { CheckResult, CheckSummary } from '@hearth/contract';

/** Counts results. What should hold and does not is counted as failed, and leaves the outcome alone. */
export function summarise(results: readonly CheckResult[]): CheckSummary {
  const count = (verdict: CheckResult['verdict']): number =>
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
