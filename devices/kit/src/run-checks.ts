import type { CheckResult } from '@hearth/contract';
import type { Bench } from './bench.ts';
import { fail, notApplicable, notRun, type Check, type Finding } from './check.ts';
import { evidenceLines } from './evidence.ts';

/** Who is told how a run goes on. */
export interface Hearing {
  onCheck?: ((id: string) => void) | undefined;
  onResult?: ((result: CheckResult, count: { done: number; of: number }) => void) | undefined;
}

/** How long checks that only look on look on, where no other keeps the device busy: in its periods, and with `--quick`. */
const lookOn = { periods: 12, quickMaxMs: 40_000 } as const;

/** Runs one check after the other, and tells each and its result as it comes. */
export async function runChecks(
  bench: Bench,
  order: readonly Check[],
  { onCheck, onResult }: Hearing,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  if (order.every(({ kind }) => kind === 'watched') && (await bench.ready())) {
    const ms = bench.periodMs * lookOn.periods;
    await bench.pause(bench.isQuick ? Math.min(ms, lookOn.quickMaxMs) : ms);
  }
  for (const check of order) {
    onCheck?.(check.id);
    const from = bench.log.entries.length;
    const finding = await runOne(bench, check);
    const result = resultOf(bench, check, finding, from);
    results.push(result);
    onResult?.(result, { done: results.length, of: order.length });
  }
  return results;
}

async function runOne(bench: Bench, check: Check): Promise<Finding> {
  const { kind = 'tried', span } = check;
  if (kind !== 'watched' && !(await bench.ready()))
    return notRun('the device did not connect and send a reading');
  const lacking = lackOf(bench, check);
  if (lacking) return lacking;
  try {
    return await check.run(bench, span ? (bench.isQuick ? span.quick : span.full) : 0);
  } catch (error) {
    // Its messages are of any shape whatever: what a check trips over is the device's.
    return fail(`what it said cannot be judged (${(error as Error).message})`);
  }
}

/** Why a check cannot be tried, or has nothing to try; null when it can. */
function lackOf({ power, hand, about }: Bench, { needs = [] }: Check): Finding | null {
  if (needs.includes('get') && !about.commands?.get) return notApplicable('it does not answer requests');
  if (needs.includes('set') && !about.commands?.set?.setpoint) return notApplicable('it takes no setpoint');
  if (needs.includes('temperature') && !about.quantities?.temperature)
    return notApplicable('it has no temperature');
  if (needs.includes('power') && !power) return notRun('the kit cannot cut its power: see --run');
  if (needs.includes('hand') && !hand) return notRun('nobody can touch it: see --hand');
  return null;
}

function resultOf(bench: Bench, check: Check, finding: Finding, from: number): CheckResult {
  const { id, level, clause, says, mend, span } = check;
  const { verdict, why } = finding;
  const result: CheckResult = { id, level, clause, says, verdict };
  if (why !== undefined) result.why = why;
  const wasTried = verdict === 'pass' || verdict === 'fail';
  if (span && bench.isQuick && wasTried) result.scaled = scaledWords(span);
  if (verdict === 'fail') result.mend = mend;
  if (wasTried) {
    const seen = finding.evidence ?? bench.log.entries.slice(from);
    const entries = verdict === 'pass' ? seen.filter(({ what }) => !quiet.has(what)) : seen;
    result.evidence = evidenceLines(entries, bench.secret, linesMax[verdict]);
  }
  return result;
}

/** What always happens says nothing of what went well. */
const quiet: ReadonlySet<string> = new Set(['puback', 'pingreq', 'pingresp']);
/** A fault needs more to be seen than its absence. */
const linesMax = { fail: 16, pass: 6 } as const;

function scaledWords({ what, full, quick, unit }: NonNullable<Check['span']>): string {
  if (unit === 'times') return `${quick} ${what} in place of ${full}`;
  const time = (ms: number): string => (ms >= 60_000 ? `${ms / 60_000} min` : `${ms / 1000} s`);
  return `${what}: ${time(quick)} in place of ${time(full)}`;
}
