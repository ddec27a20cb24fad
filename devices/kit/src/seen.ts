import type { Entry, Log, Said } from './log.ts';

/** Fields that say when values were measured, and in which boot. */
interface Timed {
  at?: number;
  uptime?: number;
  boot?: number;
}

/** When values were measured, by the device's clock or counter. ms; null where nothing is said. */
export function timeOf({ at, uptime }: Timed): number | null {
  return at ?? uptime ?? null;
}

/**
 * How far the device's time is behind the kit's, with the shortest way seen: kit − device. ms; 0 without readings.
 * @param like its clock, or its counter of one boot: a device whose clock is set some time after its start has both
 */
export function skewMs(log: Log, like: Timed): number {
  const isClock = like.at !== undefined;
  const differences = log
    .said('reading')
    .filter(({ body }) => !body.late && (body.at !== undefined) === isClock)
    .filter(({ body }) => isClock || body.boot === like.boot)
    .map(({ heardAt, body }) => heardAt - (timeOf(body) ?? Number.NaN))
    .filter((difference) => !Number.isNaN(difference));
  return differences.length > 0 ? Math.min(...differences) : 0;
}

/** The ends of connections since an instant of the run, whoever ended them. */
export const endedSince = ({ entries }: Log, since: number): Entry[] =>
  entries.filter(({ what, at }) => what === 'closed' && at > since);

/** One pause before the device tried again. */
export interface Pause {
  ms: number;
  /** How many connections in a row had not come to a subscription before it; 0 after one that stood. */
  failures: number;
  entries: readonly Entry[];
}

/** The pauses between the end of each connection and the next, but for those in which the power was off. */
export function pausesOf(log: Log): Pause[] {
  const pauses: Pause[] = [];
  let ended: Entry | null = null;
  let failures = 0;
  let hasStood = false;
  for (const entry of log.entries) {
    if (entry.what === 'power') ended = null;
    else if (entry.what === 'suback') hasStood = true;
    else if (entry.what === 'closed') {
      ended = entry;
      failures = hasStood ? 0 : failures + 1;
      hasStood = false;
    } else if (entry.what === 'opened' && ended) {
      pauses.push({ ms: entry.at - ended.at, failures, entries: [ended, entry] });
      ended = null;
    }
  }
  return pauses;
}

/** The value below which a share of these lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The name of a reading, to compare and to show. */
export const nameOf = ({ body }: Said<'reading'>): string => `boot ${body.boot} seq ${body.seq}`;

/** Readings by their names, the first time each was heard. */
export function firstHeard(log: Log): Map<string, Said<'reading'>> {
  const first = new Map<string, Said<'reading'>>();
  for (const said of log.said('reading')) if (!first.has(nameOf(said))) first.set(nameOf(said), said);
  return first;
}
