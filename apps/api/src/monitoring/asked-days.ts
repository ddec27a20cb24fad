import type { AskedDay, AskOutcome } from '@hearth/contract';
import { createHistogram, type Histogram } from '@hearth/probe';
import type { Database } from 'better-sqlite3';
import { createDayOf, daysUpTo } from '../days.ts';

/** How each device answered, day by day. */
export interface AskedDays extends Disposable {
  note(device: string, outcome: AskOutcome): void;
  of(device: string): AskedDay[];
}

interface Tally extends Omit<AskedDay, 'day' | 'answered' | 'p50Ms' | 'p95Ms' | 'p99Ms'> {
  took: Histogram;
}
type Row = AskedDay & { device: string; buckets: string };

const daysKept = 30;
/** What came since the last save is lost by a kill: it spares a disk 144,000 commits a day of 500 devices. */
const saveMs = 600_000;

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
  const dayOf = createDayOf(timeZone);
  let day = dayOf(now());
  const today = new Map(ofDay.all(day).map((row) => [row.device, toTally(row)]));
  let savedAt = now();

  function save(): void {
    savedAt = now();
    db.transaction(() => {
      for (const [device, tally] of today)
        upsert.run({ device, ...show(day, tally), buckets: JSON.stringify(tally.took.buckets()) });
      endDays.run(dayOf(now()));
      prune.run(daysUpTo(dayOf(now()), daysKept)[0]!);
    })();
  }

  /** Whether the disk took it; else it is tried again with the next save. */
  function trySave(): boolean {
    try {
      save();
      return true;
    } catch {
      return false;
    }
  }

  return {
    note(device, outcome) {
      const kind = countOf(outcome);
      if (kind === null) return;
      const newDay = dayOf(now());
      // Where the disk refuses, the day goes on until it takes what there is.
      if (newDay !== day && trySave()) {
        day = newDay;
        today.clear();
      }
      const tally = today.get(device) ?? { took: createHistogram(), timedOut: 0, refused: 0, malformed: 0 };
      today.set(device, tally);
      if (outcome.outcome === 'answered') tally.took.add(outcome.roundTripMs);
      else if (kind !== 'answered') tally[kind]++;
      if (now() - savedAt >= saveMs) trySave();
    },
    of(device) {
      const current = today.get(device);
      return [...(current ? [show(day, current)] : []), ...ofDevice.all(device, day)];
    },
    [Symbol.dispose]: save,
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
