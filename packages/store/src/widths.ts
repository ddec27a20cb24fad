const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Widths of the rollups that are kept, in ms, ascending. Every wider bucket is made of whole ones. */
export const rollupWidths = [15 * minute, hour] as const;

/** Widths that a chart's buckets have, in ms. Above the last one they double. */
const ladder = [
  ...[10, 30].map((s) => s * second),
  ...[1, 2, 5, 10, 15, 30].map((m) => m * minute),
  ...[1, 2, 3, 6, 12].map((h) => h * hour),
  ...[1, 7].map((d) => d * day),
];

/**
 * The smallest width of the ladder of which `count` buckets are as long as `[from, to)`. Buckets are aligned
 * to the epoch: a range that cuts its first and its last one touches `count` + 1 of them, and a range that
 * ends now is to look like one that ends at midnight.
 */
export function chooseWidth(from: number, to: number, count: number): number {
  const fits = (width: number): boolean => to - from <= width * count;
  let width = ladder.find(fits) ?? ladder.at(-1)!;
  while (!fits(width)) width *= 2;
  return width;
}

/** The widest kept rollup that buckets of this width are made of; null where only raw readings serve. */
export function rollupFor(widthMs: number): number | null {
  return rollupWidths.findLast((width) => widthMs % width === 0) ?? null;
}
