const minuteMs = 60_000;

/** A reading that nobody heard after for so long is not known to hold: as the past of the demo home has it, and more. */
export const leastHoldMs = 20 * minuteMs;

/** A device that is heard less often than three times an hour holds for an hour at least. */
const seldomHoldMs = 60 * minuteMs;

/**
 * For how long a reading speaks while no other comes, from what was asked for. Rollups know of gaps that are longer
 * than the least and, within a bucket of an hour, of none longer than that: between the two there is nothing.
 */
export function holdFor(askedMs: number): number {
  return askedMs <= leastHoldMs ? leastHoldMs : Math.max(askedMs, seldomHoldMs);
}
