/** Two instants, Unix ms. */
export interface Edges {
  from: number;
  to: number;
}

/** What a history shows: the time up to now, or that between two instants. */
export type Stretch = { lastMs: number } | Edges;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Shorter there is nothing to see, and longer than this nobody's history is yet. */
const limits = { shortestMs: 10 * minuteMs, longestMs: 20 * 365 * dayMs };

/** Buckets of a stretch that somebody chose: at most one for each pixel of a phone. */
export const chosenPoints = 360;

/** Where a stretch begins and ends as of now. */
export function edgesOf(stretch: Stretch, nowAt: number): Edges {
  return 'lastMs' in stretch ? { from: nowAt - stretch.lastMs, to: nowAt } : stretch;
}

/** Edges as they can be shown: neither too close nor too far apart, and not in the future; whole ms. */
export function shownEdges({ from, to }: Edges, nowAt: number): Edges {
  const ms = Math.round(Math.min(limits.longestMs, Math.max(limits.shortestMs, to - from)));
  const end = Math.round(Math.min(nowAt, Math.max((from + to) / 2 + ms / 2, ms)));
  return { from: end - ms, to: end };
}

/** Edges a share of their distance earlier (negative) or later. */
export function shifted({ from, to }: Edges, share: number): Edges {
  const ms = (to - from) * share;
  return { from: from + ms, to: to + ms };
}

/** Edges `factor` times as far apart, of which `at` stays where it is seen. */
export function zoomed({ from, to }: Edges, at: number, factor: number): Edges {
  return { from: at - (at - from) * factor, to: at + (to - at) * factor };
}

/** Edges under which two instants lie at two places, as shares of the width: what two fingers do. */
export function pinched(
  [a, b]: readonly [number, number],
  [atA, atB]: readonly [number, number],
): Edges | null {
  const share = Math.abs(b - a);
  if (share < 0.02 || atA === atB) return null;
  const ms = Math.abs(atB - atA) / share;
  const [place, at] = a < b ? [a, Math.min(atA, atB)] : [b, Math.min(atA, atB)];
  const from = at - place * ms;
  return { from, to: from + ms };
}
