import { lowerBound } from '../hot/columns.ts';
import type { Readings } from '../sealed/readings.ts';
import { leastHoldMs } from './hold.ts';
import { ExactSum } from './sum.ts';

/** What a bucket of one series is rolled up to. Nulls are no readings; an empty bucket has no rollup. */
export interface Rollup {
  /** Of the bucket `[start, start + width)`. */
  start: number;
  count: number;
  min: number;
  max: number;
  sum: number;
  last: number;
  /** Of the first and the last of its readings. */
  firstAt: number;
  lastAt: number;
  /** Time between neighbours that are further apart than a reading holds at least; ms. */
  silentMs: number;
  /** Of a switch: time on between neighbours that are no further apart, and between the others; ms. */
  onMs: number;
  onSilentMs: number;
}

/** Rollups of one series in order, a column for each of their fields: a year of hours, without an object for each. */
export type RollupColumns = Record<Exclude<keyof Rollup, 'onMs' | 'onSilentMs'>, Float64Array> & {
  /** Null of what is no switch: 0 for each. */
  onMs: Float64Array | null;
  onSilentMs: Float64Array | null;
};

/** Those that begin in `[from, to)`, as views. */
export function cutRollups(columns: RollupColumns, from: number, to: number): RollupColumns {
  const begin = lowerBound(columns.start, from);
  const end = lowerBound(columns.start, to);
  if (begin === 0 && end === columns.start.length) return columns;
  const { onMs, onSilentMs } = columns;
  return {
    start: columns.start.subarray(begin, end),
    count: columns.count.subarray(begin, end),
    min: columns.min.subarray(begin, end),
    max: columns.max.subarray(begin, end),
    sum: columns.sum.subarray(begin, end),
    last: columns.last.subarray(begin, end),
    firstAt: columns.firstAt.subarray(begin, end),
    lastAt: columns.lastAt.subarray(begin, end),
    silentMs: columns.silentMs.subarray(begin, end),
    onMs: onMs && onMs.subarray(begin, end),
    onSilentMs: onSilentMs && onSilentMs.subarray(begin, end),
  };
}

/** Each as an object. */
export function rollupsOf(parts: readonly RollupColumns[]): Rollup[] {
  return parts.flatMap((columns) => {
    const { start, count, min, max, sum, last, firstAt, lastAt, silentMs, onMs, onSilentMs } = columns;
    return Array.from(start, (at, i) => ({
      start: at,
      count: count[i]!,
      min: min[i]!,
      max: max[i]!,
      sum: sum[i]!,
      last: last[i]!,
      firstAt: firstAt[i]!,
      lastAt: lastAt[i]!,
      silentMs: silentMs[i]!,
      onMs: onMs ? onMs[i]! : 0,
      onSilentMs: onSilentMs ? onSilentMs[i]! : 0,
    }));
  });
}

/**
 * Makes the rollups of one width from readings in order of time. NaN and buckets without a reading are left out.
 * @param isSwitch whether there is a time on
 */
export function rollUp({ times, values }: Readings, widthMs: number, isSwitch: boolean): Rollup[] {
  const rollups: Rollup[] = [];
  const sum = new ExactSum();
  let open: Rollup | null = null;
  for (let i = 0; i < times.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    const at = times[i]!;
    if (open === null || at >= open.start + widthMs) {
      if (open) open.sum = sum.value;
      sum.reset();
      open = emptyRollup(Math.floor(at / widthMs) * widthMs, at, value);
      rollups.push(open);
    } else noteStep(open, at, isSwitch);
    open.count++;
    if (value < open.min) open.min = value;
    if (value > open.max) open.max = value;
    open.last = value;
    open.lastAt = at;
    sum.add(value);
  }
  if (open) open.sum = sum.value;
  return rollups;
}

/** A rollup of nothing, whose first and last reading will be at `at`. */
function emptyRollup(start: number, at: number, value: number): Rollup {
  return {
    start,
    count: 0,
    min: value,
    max: value,
    sum: 0,
    last: value,
    firstAt: at,
    lastAt: at,
    silentMs: 0,
    onMs: 0,
    onSilentMs: 0,
  };
}

/** The reading before speaks for the time until this one. */
function noteStep(rollup: Rollup, at: number, isSwitch: boolean): void {
  const step = at - rollup.lastAt;
  const onMs = isSwitch ? rollup.last * step : 0;
  if (step > leastHoldMs) {
    rollup.silentMs += step;
    rollup.onSilentMs += onMs;
  } else rollup.onMs += onMs;
}
