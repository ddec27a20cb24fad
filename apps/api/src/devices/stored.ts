import type { Arrival, Fate, LatestReading } from '@hearth/store';
import { toLatest, type Entry } from './entry.ts';

/**
 * Puts stored readings into the newest values: the newest `at` wins, whatever came last.
 * Gives what is new by device; an empty object for one whose readings were all older.
 */
export function takeStored(
  entries: Map<string, Entry>,
  arrivals: readonly Arrival[],
  fates: readonly Fate[],
): Map<string, Entry['latest']> {
  const news = new Map<string, Entry['latest']>();
  for (const [index, arrival] of arrivals.entries()) {
    const entry = entries.get(arrival.device);
    if (!entry || fates[index] !== 'stored') continue;
    const fresh = newer(entry.latest, arrival);
    news.set(entry.id, { ...news.get(entry.id), ...fresh });
    entries.set(entry.id, { ...entry, latest: { ...entry.latest, ...fresh } });
  }
  return news;
}

/** Puts what the store has into the newest values, after readings came by another way. Gives who has news by it. */
export function takeLatest(entries: Map<string, Entry>, latest: readonly LatestReading[]): Set<string> {
  const news = new Set<string>();
  for (const { device, quantity, ...reading } of latest) {
    const entry = entries.get(device);
    if (!entry || reading.at <= (entry.latest[quantity]?.at ?? 0)) continue;
    entries.set(device, { ...entry, latest: { ...entry.latest, [quantity]: toLatest(reading) } });
    news.add(device);
  }
  return news;
}

function newer(known: Entry['latest'], arrival: Arrival): Entry['latest'] {
  const { at, receivedAt, isLate, faults, values } = arrival;
  const fresh: Entry['latest'] = {};
  for (const quantity of Object.keys(values) as (keyof Entry['latest'])[]) {
    const value = values[quantity];
    if (value === undefined || at < (known[quantity]?.at ?? 0)) continue;
    const fault = value === null ? faults?.[quantity] : undefined;
    fresh[quantity] = toLatest({ value, at, receivedAt, isLate, ...(fault === undefined ? {} : { fault }) });
  }
  return fresh;
}
