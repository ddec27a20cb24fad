/**
 * How often a duration was of which size, in buckets whose limits grow by a constant factor: a percentile is off by at
 * most 2 %, whatever the range, and two of them are added bucket by bucket.
 * @see Masson, Rim and Lee, DDSketch (VLDB 2019), section 2
 */
export interface Histogram {
  readonly count: number;
  /** Milliseconds; what is below {@link smallestMs} counts as that. */
  add(ms: number): void;
  merge(other: Histogram): void;
  /** Milliseconds, of a share from 0 to 1; null while it is empty. */
  percentile(share: number): number | null;
  /** Buckets by number, in no order: what {@link createHistogram} takes again. */
  buckets(): [bucket: number, count: number][];
}

const relativeError = 0.02;
const growth = (1 + relativeError) / (1 - relativeError);
/** A microsecond: no clock of ours tells less. */
const smallestMs = 0.001;

export function createHistogram(
  buckets: readonly (readonly [bucket: number, count: number])[] = [],
): Histogram {
  const counts = new Map(buckets);
  let total = buckets.reduce((sum, [, count]) => sum + count, 0);
  const take = (bucket: number, count: number): void => {
    counts.set(bucket, (counts.get(bucket) ?? 0) + count);
    total += count;
  };
  return {
    get count() {
      return total;
    },
    add: (ms) => take(Math.ceil(Math.log(Math.max(ms, smallestMs)) / Math.log(growth)), 1),
    merge(other) {
      for (const [bucket, count] of other.buckets()) take(bucket, count);
    },
    percentile(share) {
      if (total === 0) return null;
      let left = Math.max(1, Math.ceil(share * total));
      for (const [bucket, count] of [...counts].sort(([a], [b]) => a - b)) {
        left -= count;
        // The middle of the bucket, from which both its ends are as far.
        if (left <= 0) return (2 * growth ** bucket) / (growth + 1);
      }
      return null;
    },
    buckets: () => [...counts],
  };
}
