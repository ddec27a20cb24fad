import type { Readings } from '../sealed/readings.ts';
import type { Rollup, RollupColumns } from './rollup.ts';
import { ExactSum } from './sum.ts';

type Column = Float64Array<ArrayBuffer>;

/** Buckets of one series, column by column; the columns of `Points`. */
export interface BucketColumns {
  start: Column;
  count: Column;
  min: Column;
  max: Column;
  sum: Column;
  last: Column;
  coveredMs: Column;
  /** Of a switch. */
  on: { from: Column; to: Column; ms: Column } | null;
}

/** One bucket while it fills. */
interface Open {
  start: number;
  count: number;
  min: number;
  max: number;
  last: number;
  coveredMs: number;
  onFrom: number;
  onTo: number;
  onMs: number;
}

/**
 * Gathers readings and rollups, given in order of time, into buckets.
 *
 * A reading speaks for the time until the next one, and for none when that comes more than `holdMs` later; the
 * newest speaks for its own instant only. So the time on is the same however wide the buckets are. A stretch
 * counts as on in the bucket where it begins, and as covered in each bucket for the part that lies in it.
 */
export class Fold {
  readonly #edges: Float64Array;
  readonly #holdMs: number;
  readonly #isSwitch: boolean;
  readonly #done: (Open & { sum: number })[] = [];
  readonly #sum = new ExactSum();
  #open: Open | null = null;
  #place = 0;
  #lastAt = -Infinity;

  constructor(edges: Float64Array, holdMs: number, isSwitch: boolean) {
    this.#edges = edges;
    this.#holdMs = holdMs;
    this.#isSwitch = isSwitch;
  }

  /** Adds readings; nulls are passed over. */
  addReadings({ times, values }: Readings): void {
    for (let i = 0; i < times.length; i++) {
      const value = values[i]!;
      if (!Number.isNaN(value)) this.#add(times[i]!, times[i]!, 1, value, value, value, value);
    }
  }

  /** Adds a rollup that is no wider than the buckets. */
  addRollup(one: Rollup, widthMs: number): void {
    const isHeld = this.#holdMs >= widthMs;
    this.#add(one.firstAt, one.lastAt, one.count, one.min, one.max, one.sum, one.last);
    const open = this.#open!;
    open.coveredMs += one.lastAt - one.firstAt - (isHeld ? 0 : one.silentMs);
    open.onMs += one.onMs + (isHeld ? one.onSilentMs : 0);
  }

  /** Adds many. */
  addRollups(columns: RollupColumns, widthMs: number): void {
    const { start, count, min, max, sum, last, firstAt, lastAt, silentMs, onMs, onSilentMs } = columns;
    const isHeld = this.#holdMs >= widthMs;
    for (let i = 0; i < start.length; i++) {
      this.#add(firstAt[i]!, lastAt[i]!, count[i]!, min[i]!, max[i]!, sum[i]!, last[i]!);
      const open = this.#open!;
      open.coveredMs += lastAt[i]! - firstAt[i]! - (isHeld ? 0 : silentMs[i]!);
      if (onMs) open.onMs += onMs[i]! + (isHeld ? onSilentMs![i]! : 0);
    }
  }

  columns(): BucketColumns {
    this.#close();
    const all = this.#done;
    const column = (pick: (open: Open & { sum: number }) => number): Column => {
      const values = new Float64Array(all.length);
      for (let i = 0; i < values.length; i++) values[i] = pick(all[i]!);
      return values;
    };
    return {
      start: column(({ start }) => start),
      count: column(({ count }) => count),
      min: column(({ min }) => min),
      max: column(({ max }) => max),
      sum: column(({ sum }) => sum),
      last: column(({ last }) => last),
      coveredMs: column(({ coveredMs }) => coveredMs),
      on: this.#isSwitch
        ? {
            from: column(({ onFrom }) => onFrom),
            to: column(({ onTo }) => onTo),
            ms: column(({ onMs }) => onMs),
          }
        : null,
    };
  }

  #add(
    first: number,
    last: number,
    count: number,
    min: number,
    max: number,
    sum: number,
    value: number,
  ): void {
    const stepMs = first - this.#lastAt;
    const isHeld = stepMs <= this.#holdMs;
    if (this.#open && isHeld) {
      this.#open.onTo = first;
      this.#open.onMs += this.#open.last * stepMs;
      this.#open.coveredMs += Math.min(first, this.#edges[this.#place + 1]!) - this.#lastAt;
    }
    const open = this.#bucketOf(first, isHeld);
    open.count += count;
    if (min < open.min) open.min = min;
    if (max > open.max) open.max = max;
    open.last = value;
    open.onTo = last;
    this.#sum.add(sum);
    this.#lastAt = last;
  }

  /** The bucket that `at` lies in, made where it is missing. */
  #bucketOf(at: number, isHeld: boolean): Open {
    const edges = this.#edges;
    const isSame = this.#open !== null && at < edges[this.#place + 1]!;
    if (isSame) return this.#open!;
    this.#close();
    while (at >= edges[this.#place + 1]!) this.#place++;
    const start = edges[this.#place]!;
    this.#open = {
      start,
      count: 0,
      min: Infinity,
      max: -Infinity,
      last: 0,
      // What the reading before still covers of this bucket.
      coveredMs: isHeld ? at - Math.max(start, this.#lastAt) : 0,
      onFrom: at,
      onTo: at,
      onMs: 0,
    };
    return this.#open;
  }

  #close(): void {
    if (this.#open) this.#done.push(Object.assign(this.#open, { sum: this.#sum.value }));
    this.#sum.reset();
    this.#open = null;
  }
}
