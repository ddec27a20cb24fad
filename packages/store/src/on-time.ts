import { bucketStart } from './fold.ts';

/** For how long a switch was on, column by column, one row for each bucket of its series. */
export interface OnColumns {
  /** The stretch of time that the bucket's readings speak for; `to` may lie in the next bucket. */
  from: Float64Array<ArrayBuffer>;
  to: Float64Array<ArrayBuffer>;
  /** For how much of that stretch it was on. */
  ms: Float64Array<ArrayBuffer>;
}

/** Adds up how long a switch was on, from readings and rollups given in order of time. */
export interface OnTime {
  addReading(at: number, value: number): void;
  /** Readings between `firstAt` and `lastAt`, of which `sum` were on. */
  addRollup(firstAt: number, lastAt: number, count: number, sum: number, last: number): void;
  columns(): OnColumns;
}

/**
 * A reading speaks for the time until the next one, and for none when that comes more than `holdMs` later; the
 * newest speaks for its own instant only. So the time on is the same however wide the buckets are.
 */
export function createOnTime(widthMs: number, holdMs: number): OnTime {
  const starts: number[] = [];
  const froms: number[] = [];
  const tos: number[] = [];
  const ons: number[] = [];
  let before: { at: number; value: number } | null = null;

  function addRollup(firstAt: number, lastAt: number, count: number, sum: number, last: number): void {
    const i = starts.length - 1;
    if (before && firstAt - before.at <= holdMs) {
      tos[i] = firstAt;
      ons[i]! += before.value * (firstAt - before.at);
    }
    const start = bucketStart(firstAt, widthMs);
    if (starts[i] !== start) {
      starts.push(start);
      froms.push(firstAt);
      tos.push(lastAt);
      ons.push(0);
    }
    const now = starts.length - 1;
    tos[now] = lastAt;
    // Each but the last speaks for the time until its next: exact when they came at equal distances.
    if (count > 1) ons[now]! += ((sum - last) / (count - 1)) * (lastAt - firstAt);
    before = { at: lastAt, value: last };
  }

  return {
    addRollup,
    addReading: (at, value) => addRollup(at, at, 1, value, value),
    columns: () => ({
      from: Float64Array.from(froms),
      to: Float64Array.from(tos),
      ms: Float64Array.from(ons),
    }),
  };
}
