import type { RetentionRule } from '../face.ts';

const dayMs = 86_400_000;

/** Before when readings and rollups of a series are no longer kept; −Infinity where they are kept for ever. */
export interface Cutoff {
  readings: number;
  rollups: number;
}

/** How much a rule says of what it is for: the one that says most counts. */
function weightOf({ device, quantity }: RetentionRule): number {
  return (device === undefined ? 0 : 2) + (quantity === undefined ? 0 : 1);
}

/**
 * What the rules say of a series: for each of readings and rollups the rule that names device and quantity, else the
 * one that names the device, else the quantity, else neither. What no rule speaks of is kept, and rollups for as long as
 * their readings, since charts are drawn from them.
 */
export function cutoffOf(
  rules: readonly RetentionRule[],
  device: string,
  quantity: string,
  now: number,
): Cutoff {
  const own = rules
    .filter((rule) => (rule.device ?? device) === device && (rule.quantity ?? quantity) === quantity)
    .toSorted((a, b) => weightOf(b) - weightOf(a));
  const before = (days: number | null | undefined): number =>
    days === null || days === undefined ? -Infinity : now - days * dayMs;
  const readings = before(own.find(({ readingsDays }) => readingsDays !== undefined)?.readingsDays);
  const rollups = before(own.find(({ rollupsDays }) => rollupsDays !== undefined)?.rollupsDays);
  return { readings, rollups: Math.min(readings, rollups) };
}
