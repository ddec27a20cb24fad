const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Widths of the rollups that are kept, in ms, ascending. Every wider bucket is made of whole ones. */
export const rollupWidths = [15 * minuteMs, hourMs] as const;

/** What one row of rollups spans, by width: thirty days of quarters, a hundred and twenty of hours. */
export const rollupSpans: ReadonlyMap<number, number> = new Map([
  [15 * minuteMs, 30 * dayMs],
  [hourMs, 120 * dayMs],
]);

/** Widths that a chart's buckets have, in ms. Above the last one they double. */
const ladder = [
  ...[10, 30].map((s) => s * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((m) => m * minuteMs),
  ...[1, 2, 3, 6, 12].map((h) => h * hourMs),
  ...[1, 7].map((d) => d * dayMs),
];

/**
 * The smallest width of the ladder of which `count` buckets are as long as `[from, to)`. Buckets are aligned: a
 * range that cuts its first and its last one touches `count` + 1 of them, and a range that ends now is to look like
 * one that ends at midnight.
 */
export function chooseWidth(from: number, to: number, count: number): number {
  const fits = (width: number): boolean => to - from <= width * count;
  let width = ladder.find(fits) ?? ladder.at(-1)!;
  while (!fits(width)) width *= 2;
  return width;
}

/** The widest kept rollup that buckets with these edges are made of; null where only raw readings serve. */
export function rollupFor(edges: Float64Array): number | null {
  return rollupWidths.findLast((width) => edges.every((edge) => edge % width === 0)) ?? null;
}
