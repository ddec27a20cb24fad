/** How far a value may be believed, by its age: see {@link freshnessTable}. */
export type Freshness = 'live' | 'late' | 'stale' | 'silent';

const minuteMs = 60_000;

/**
 * Up to which age a value is in each state: `periods` of its device's reporting period, and never less than
 * `atLeastMs`. Older than the last row: silent.
 */
const freshnessTable = [
  { state: 'live', periods: 2, atLeastMs: 15_000 },
  { state: 'late', periods: 4, atLeastMs: 30_000 },
  { state: 'stale', periods: 12, atLeastMs: 30 * minuteMs },
] as const satisfies readonly { state: Freshness; periods: number; atLeastMs: number }[];

/** The period taken for a device that states none: radio sensors send every one to three minutes. */
const defaultPeriodMs = 3 * minuteMs;

/** What the freshness of a value depends on. */
export interface FreshnessFacts {
  ageMs: number;
  /** The longest time between two readings, as the device states it; null when it does not. */
  periodMs: number | null;
  /** null where the device has no connection of its own. */
  isOnline: boolean | null;
  /** It came from the device's buffer just now: newer ones are on their way. */
  isHandedIn?: boolean;
}

/**
 * The state of a value. Of a device that is offline it is stale from the first moment, as nothing newer can
 * come, and silent no sooner than any other. A device that hands in what it kept is not silent, however old that is.
 */
export function freshness({ ageMs, periodMs, isOnline, isHandedIn = false }: FreshnessFacts): Freshness {
  const period = periodMs ?? defaultPeriodMs;
  const row = freshnessTable.find(({ periods, atLeastMs }) => ageMs <= Math.max(periods * period, atLeastMs));
  const byAge = row?.state ?? (isHandedIn && isOnline !== false ? 'stale' : 'silent');
  return isOnline === false && severity(byAge) < severity('stale') ? 'stale' : byAge;
}

const order: readonly Freshness[] = ['live', 'late', 'stale', 'silent'];

/** How bad a state is: 0 live to 3 silent, for sorting. */
export function severity(state: Freshness): number {
  return order.indexOf(state);
}
