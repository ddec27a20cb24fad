import type { ValueFreshness } from '@hearth/contract';

/** How far a value may be believed, as the server judges it. */
export type Freshness = ValueFreshness['state'];

const order: readonly Freshness[] = ['live', 'late', 'stale', 'silent'];

/** How bad a state is: 0 live to 3 silent, for sorting. */
export function severity(state: Freshness): number {
  return order.indexOf(state);
}

/**
 * What the server's judgement has become by now, if nothing came since: it named the moments itself. While it cannot
 * hear devices it holds no silence against them and names none: what is late then is out of date for who reads it.
 */
export function freshnessAt({ state, lateAt, staleAt, silentAt }: ValueFreshness, nowAt: number): Freshness {
  const isReached = (at: number | null): boolean => at !== null && at <= nowAt;
  if (isReached(silentAt)) return 'silent';
  if (isReached(staleAt)) return 'stale';
  const isLate = state === 'late' || isReached(lateAt);
  return isLate ? (staleAt === null ? 'stale' : 'late') : state;
}
