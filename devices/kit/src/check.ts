import type { CheckResult } from '@hearth/contract';
import type { Bench } from './bench.ts';
import type { Entry } from './log.ts';

type Level = CheckResult['level'];
type Verdict = CheckResult['verdict'];

/** What a check found. */
export interface Finding {
  verdict: Verdict;
  /** What was seen, where it is not simply right. */
  why?: string;
  /** What of the log shows it; what happened during the check where nothing is given. */
  evidence?: readonly Entry[];
}

/** A time or a count that `--quick` makes smaller, and says so. */
interface Span {
  what: string;
  full: number;
  quick: number;
  unit: 'ms' | 'times';
}

/** What a check cannot do without. */
type Need = 'power' | 'hand' | 'get' | 'set' | 'temperature';

/** One rule of the contract, and how a device is tried for it. */
export interface Check {
  /** `chapter.name` */
  id: string;
  level: Level;
  /** Heading of docs/device-makers.md. */
  clause: string;
  /** The rule, as a sentence whose subject is the device. */
  says: string;
  /** How to mend a device that breaks it. */
  mend: string;
  needs?: readonly Need[];
  span?: Span;
  /** `watched`: does nothing, and is judged by what was seen in the whole run. `last`: disturbs what others judge. */
  kind?: 'tried' | 'watched' | 'last';
  /** @param span see {@link Check.span}; 0 without one. */
  run(bench: Bench, span: number): Finding | Promise<Finding>;
}

export const pass: Finding = { verdict: 'pass' };

export function fail(why: string, evidence?: readonly Entry[]): Finding {
  return evidence ? { verdict: 'fail', why, evidence } : { verdict: 'fail', why };
}

export const notApplicable = (why: string): Finding => ({ verdict: 'not-applicable', why });
export const notRun = (why: string): Finding => ({ verdict: 'not-run', why });

/**
 * Judges each of what was seen by what is wrong with it (null: nothing).
 * @param none said where nothing was seen that could be judged
 */
export function judgeEach<T>(
  seen: readonly T[],
  wrong: (one: T) => string | null,
  entriesOf: (one: T) => readonly Entry[],
  none: string,
): Finding {
  if (seen.length === 0) return notRun(none);
  const faults = seen.flatMap((one) => {
    const why = wrong(one);
    return why === null ? [] : [{ why, entries: entriesOf(one) }];
  });
  const [first] = faults;
  if (!first) return { verdict: 'pass', evidence: entriesOf(seen.at(-1)!) };
  const more = faults.length > 1 ? ` (${faults.length} of ${seen.length})` : '';
  return fail(
    first.why + more,
    faults.flatMap(({ entries }) => entries),
  );
}
