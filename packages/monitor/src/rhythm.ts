/**
 * How often a value is reported, from its last intervals. A ring of 32 is small (2,000 values are 0.5 MB) and
 * forgets: after a device was set otherwise, its new rhythm is the only one there. Order statistics of it do
 * not move by an outage or two, as a mean would.
 */
export interface Rhythm {
  /** Ms, oldest first. */
  intervals: readonly number[];
  /** The longest silence that was not an outage, ms; grows at most twofold at a time, see {@link learn}. */
  longestMs: number;
  medianMs: number;
  /** The longest interval that is regular, ms; null while they are irregular. */
  regularMs: number | null;
}

const ringSize = 32;
/** Regular: nine of ten intervals are within half of the median; the tenth may be a reading that was lost. */
const regularShare = 0.1;
const regularSpread = 0.5;
/** Six of a kind are no accident; without a rhythm the longest silence is known only after more. */
const enoughRegular = 6;
const enoughIrregular = 16;
/** From here on a device rests most of the time. */
const rareMs = 30 * 60_000;
/** Regular devices drift with temperature and load. */
const margin = 1.05;
/** Faster ones are not doubted sooner: a connection made anew takes some of it. */
const shortestMs = 30_000;
/** Taken for irregular values of which the manifest promises nothing, as the longest that can be normal at least. */
const restMs = 15 * 60_000;
/** The period taken for a device that states none: radio sensors send every one to three minutes. */
const defaultPeriodMs = 3 * 60_000;

export const emptyRhythm: Rhythm = { intervals: [], longestMs: 0, medianMs: 0, regularMs: null };

/** The rhythm that was kept of an earlier process. */
export function rhythmOf(intervals: readonly number[], longestMs: number): Rhythm {
  const sorted = intervals.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  const medianMs = at(0.5);
  const isRegular =
    at(regularShare) >= medianMs * (1 - regularSpread) &&
    at(1 - regularShare) <= medianMs * (1 + regularSpread);
  const regularMs = isRegular
    ? (sorted.findLast((each) => each <= medianMs * (1 + regularSpread)) ?? null)
    : null;
  return { intervals, longestMs, medianMs, regularMs };
}

/** One more interval. A real silence counts for at most two expected ones, so that the next is found as well. */
export function learn(rhythm: Rhythm, intervalMs: number, periodMs: number | null): Rhythm {
  const { expectedMs } = expectationOf(rhythm, periodMs);
  const longestMs = Math.max(rhythm.longestMs, Math.min(intervalMs, 2 * expectedMs));
  return rhythmOf([...rhythm.intervals, Math.round(intervalMs)].slice(-ringSize), longestMs);
}

/** What may be expected of a value: its kind, the interval in ms, and the ages in ms after which it is late, stale, silent. */
export interface Expectation {
  rhythm: 'unlearned' | 'periodic' | 'on-change' | 'sleepy';
  expectedMs: number;
  boundsMs: readonly [late: number, stale: number, silent: number];
}

/** `periodMs` is the longest time between two readings as the manifest states it; null where it does not. */
export function expectationOf(rhythm: Rhythm, periodMs: number | null): Expectation {
  const { intervals, longestMs, medianMs, regularMs } = rhythm;
  const isPeriodic = regularMs !== null && intervals.length >= enoughRegular;
  if (!isPeriodic && intervals.length < enoughIrregular) {
    const expectedMs = periodMs ?? defaultPeriodMs;
    const after = (periods: number, atLeastMs: number): number => Math.max(periods * expectedMs, atLeastMs);
    return {
      rhythm: 'unlearned',
      expectedMs,
      boundsMs: [after(2, 15_000), after(4, 30_000), after(12, 30 * 60_000)],
    };
  }
  const longest = isPeriodic ? regularMs * margin : (periodMs ?? Math.max(longestMs, restMs));
  const expectedMs = Math.round(Math.max(longest, shortestMs));
  const kind = isPeriodic ? 'periodic' : 'on-change';
  return {
    rhythm: medianMs >= rareMs ? 'sleepy' : kind,
    expectedMs,
    boundsMs: [1.5 * expectedMs, 1.75 * expectedMs, 2 * expectedMs],
  };
}
