/** Buckets of one series, column by column; the columns of `Points`. */
export interface Columns {
  start: Float64Array<ArrayBuffer>;
  count: Float64Array<ArrayBuffer>;
  min: Float64Array<ArrayBuffer>;
  max: Float64Array<ArrayBuffer>;
  sum: Float64Array<ArrayBuffer>;
  last: Float64Array<ArrayBuffer>;
}

/** Gathers readings and rollups, given in order of time, into epoch-aligned buckets of one width. */
export interface Fold {
  addReading(at: number, value: number): void;
  addRollup(start: number, count: number, min: number, max: number, sum: number, last: number): void;
  columns(): Columns;
}

/** The start of the epoch-aligned bucket that `at` falls into. */
export function bucketStart(at: number, widthMs: number): number {
  return Math.floor(at / widthMs) * widthMs;
}

/** A fold with no bucket yet. A sum is added up one by one in the order given, so that it is repeatable. */
export function createFold(widthMs: number): Fold {
  const starts: number[] = [];
  const counts: number[] = [];
  const mins: number[] = [];
  const maxs: number[] = [];
  const sums: number[] = [];
  const lasts: number[] = [];

  function addRollup(at: number, count: number, min: number, max: number, sum: number, last: number): void {
    const start = bucketStart(at, widthMs);
    const i = starts.length - 1;
    if (starts[i] !== start) {
      starts.push(start);
      counts.push(count);
      mins.push(min);
      maxs.push(max);
      sums.push(sum);
      lasts.push(last);
      return;
    }
    counts[i]! += count;
    mins[i] = Math.min(mins[i]!, min);
    maxs[i] = Math.max(maxs[i]!, max);
    sums[i]! += sum;
    lasts[i] = last;
  }

  return {
    addRollup,
    addReading: (at, value) => addRollup(at, 1, value, value, value, value),
    columns: () => ({
      start: Float64Array.from(starts),
      count: Float64Array.from(counts),
      min: Float64Array.from(mins),
      max: Float64Array.from(maxs),
      sum: Float64Array.from(sums),
      last: Float64Array.from(lasts),
    }),
  };
}
