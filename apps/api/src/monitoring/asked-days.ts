import type { AskedDay, AskOutcome } from '@hearth/contract';
import { createHistogram, type Histogram } from '@hearth/probe';
import type { Database } from 'better-sqlite3';
import { firstDayKept, openToday } from './today.ts';

/** How each device answered, day by day. */
export interface AskedDays extends Disposable {
  note(device: string, outcome: AskOutcome): void;
  of(device: string): AskedDay[];
}

interface Tally extends Omit<AskedDay, 'day' | 'answered' | 'p50Ms' | 'p95Ms' | 'p99Ms'> {
  took: Histogram;
}
type Row = AskedDay & { device: string; buckets: string };

/**
 * Today is in memory, some 1 kB a device; of a day that is over the percentiles stay, 0.1 kB.
 * `now` is the wall clock, Unix ms, and days are those of `timeZone`.
 */
export function openAskedDays(db: Database, now: () => number, timeZone: () => string): AskedDays {
  const upsert = db.prepare(
    `INSERT OR REPLACE INTO asked_day
       (device, day, answered, timedOut, refused, malformed, p50Ms, p95Ms, p99Ms, buckets)
     VALUES (@device, @day, @answered, @timedOut, @refused, @malformed, @p50Ms, @p95Ms, @p99Ms, @buckets)`,
  );
  const endDays = db.prepare("UPDATE asked_day SET buckets = '' WHERE day < ? AND buckets <> ''");
  const prune = db.prepare('DELETE FROM asked_day WHERE day < ? OR device NOT IN (SELECT id FROM device)');
  const ofDay = db.prepare<[string], Row>('SELECT * FROM asked_day WHERE day = ?');
  const ofDevice = db.prepare<[string, string], AskedDay>(
    `SELECT day, answered, timedOut, refused, malformed, p50Ms, p95Ms, p99Ms FROM asked_day
     WHERE device = ? AND day <> ? ORDER BY day DESC`,
  );
  const today = openToday<Tally>({
    db,
    now,
    timeZone,
    fresh: () => ({ took: createHistogram(), timedOut: 0, refused: 0, malformed: 0 }),
    load: (day) => new Map(ofDay.all(day).map((row) => [row.device, toTally(row)])),
    save(day, tallies, newDay) {
      for (const [device, tally] of tallies)
        upsert.run({ device, ...show(day, tally), buckets: JSON.stringify(tally.took.buckets()) });
      endDays.run(newDay);
      prune.run(firstDayKept(newDay));
    },
  });

  return {
    note(device, outcome) {
      const kind = countOf(outcome);
      if (kind === null) return;
      today.count(device, (tally) => {
        if (outcome.outcome === 'answered') tally.took.add(outcome.roundTripMs);
        else if (kind !== 'answered') tally[kind]++;
      });
    },
    of(device) {
      const current = today.of(device);
      return [...(current ? [show(today.day(), current)] : []), ...ofDevice.all(device, today.day())];
    },
    [Symbol.dispose]: () => today[Symbol.dispose](),
  };
}

/** Which count grows; null where the device was not asked in the end. */
function countOf(outcome: AskOutcome): 'answered' | 'timedOut' | 'refused' | 'malformed' | null {
  switch (outcome.outcome) {
    case 'timed-out':
      return 'timedOut';
    case 'not-connected':
      return null;
    case 'refused':
      return outcome.code === 'cannot-be-asked' ? null : 'refused';
    default:
      return outcome.outcome;
  }
}

function toTally({ buckets, timedOut, refused, malformed }: Row): Tally {
  return { took: createHistogram(JSON.parse(buckets || '[]')), timedOut, refused, malformed };
}

function show(day: string, { took, ...counts }: Tally): AskedDay {
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((share) => took.percentile(share));
  return { day, answered: took.count, ...counts, p50Ms: p50Ms!, p95Ms: p95Ms!, p99Ms: p99Ms! };
}
