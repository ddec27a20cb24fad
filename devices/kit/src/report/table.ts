import type { CheckResult, CheckSummary } from '@hearth/contract';

const marks = { pass: '✓', fail: '✗', 'not-applicable': '–', 'not-run': '·' } as const;

const verdicts: Record<CheckSummary['outcome'], string> = {
  passed: 'It passes.',
  incomplete: 'Nothing failed that must hold, but not all of it was tried.',
  failed: 'It does not pass.',
};

/** One line of a terminal for one result. */
export function resultLine({ id, level, verdict, why, scaled }: CheckResult): string {
  const level4 = level.padEnd(6);
  const notes = [why, scaled && `(${scaled})`].filter(Boolean).join(' ');
  return `${marks[verdict]} ${level4} ${id.padEnd(24)} ${notes}`.trimEnd();
}

/** What failed, in full, and the sum of a run. */
export function reportText(results: readonly CheckResult[], summary: CheckSummary): string {
  const failed = results.filter(({ verdict }) => verdict === 'fail');
  const details = failed.map(
    ({ id, level, says, why, mend, clause, evidence = [] }) =>
      `${id} (${level}): the device ${says}.\n  Seen: ${why}.\n  Mend: ${mend}\n  Contract: docs/device-makers.md, “${clause}”\n${evidence.map((line) => `  │ ${line}\n`).join('')}`,
  );
  const { outcome, passed, notApplicable, notRun } = summary;
  const counts = `${passed} passed, ${failed.length} failed, ${notApplicable} not applicable, ${notRun} not run`;
  return `${details.join('\n')}${details.length > 0 ? '\n' : ''}${counts}. ${verdicts[outcome]}\n`;
}
