import { chooseWidth, dayMs } from './widths.ts';

/** Where the buckets of a chart begin and end: bucket `i` is `[edges[i], edges[i + 1])`. */
export interface Buckets {
  /** Of a bucket; of days, where none is 23 or 25 hours long. */
  widthMs: number;
  edges: Float64Array<ArrayBuffer>;
}

/** The buckets that `[from, to)` touches: at most `count` + 1 of the smallest width that serves. */
export function chooseBuckets(from: number, to: number, count: number, timeZone?: string): Buckets {
  const widthMs = chooseWidth(from, to, count);
  if (timeZone !== undefined && widthMs >= dayMs)
    return { widthMs, edges: dayEdges(from, to, widthMs / dayMs, timeZone) };
  const first = Math.floor(from / widthMs);
  const end = Math.max(Math.ceil(to / widthMs), first);
  return { widthMs, edges: Float64Array.from({ length: end - first + 1 }, (_, i) => (first + i) * widthMs) };
}

/** 1970-01-05 was a Monday: groups of seven days begin on one. */
const mondayOffset = 4;

/** Midnights of a time zone around `[from, to)`, every so many days. */
function dayEdges(from: number, to: number, days: number, timeZone: string): Float64Array<ArrayBuffer> {
  const { localDay, midnights } = zoneOf(timeZone);
  const firstDay = localDay(from);
  const offset = days % 7 === 0 ? mondayOffset : 0;
  const begin = firstDay - ((((firstDay - offset) % days) + days) % days);
  const edges: number[] = [];
  for (let day = begin; edges.length === 0 || edges.at(-1)! < to; day += days) {
    const before = edges.at(-1);
    const found =
      midnights.get(day) ?? midnight(day, localDay, before === undefined ? null : before + days * dayMs);
    midnights.set(day, found);
    edges.push(found);
  }
  return Float64Array.from(edges);
}

/** A time zone, and the midnights in it that are known: each takes some microseconds, and a year's chart asks for 365. */
interface Zone {
  localDay: (at: number) => number;
  midnights: Map<number, number>;
}

/** A home has one; askers who try many, or all days of a hundred years, do not fill the memory. */
const zones = new Map<string, Zone>();
const zonesLimit = 8;
const midnightsLimit = 36_525;

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known && known.midnights.size < midnightsLimit) return known;
  if (zones.size >= zonesLimit) zones.clear();
  const zone = { localDay: localDays(timeZone), midnights: new Map<number, number>() };
  zones.set(timeZone, zone);
  return zone;
}

/** Gives the day of an instant in a time zone, as days since 1970-01-01. @throws {RangeError} for an unknown zone */
function localDays(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  return (at) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
    return Date.UTC(parts['year']!, parts['month']! - 1, parts['day']) / dayMs;
  };
}

/**
 * The first instant of a day, to the minute: 00:00, or what follows it where a clock was put forward at midnight.
 * @param likely where it is if no clock was put on or back; asking a time zone takes microseconds, and a year has days
 */
function midnight(day: number, localDay: (at: number) => number, likely: number | null): number {
  if (likely !== null && localDay(likely) === day && localDay(likely - 60_000) < day) return likely;
  // No zone is further than 14 h from UTC.
  let before = day * dayMs - 15 * 3_600_000;
  let after = day * dayMs + 15 * 3_600_000;
  while (after - before > 60_000) {
    const middle = Math.floor((before + after) / 2 / 60_000) * 60_000;
    if (localDay(middle) < day) before = middle;
    else after = middle;
  }
  return after;
}
