import { probeLegs, type LegFigures, type Probes, type ProbeLeg, type ProbeRun } from '@hearth/contract';
import { createHistogram, type Histogram } from '@hearth/probe';
import type { Database } from 'better-sqlite3';
import { createDayOf, daysUpTo } from '../days.ts';

/** How long each leg took, day by day. */
export interface ProbeDays extends Disposable {
  note(run: ProbeRun): void;
  /** Of the last so many days. */
  figures(days: number): Pick<Probes, 'legs' | 'days'>;
}

interface Tally {
  took: Histogram;
  failures: number;
}
type Day = Map<ProbeLeg, Tally>;
interface Row {
  day: string;
  leg: ProbeLeg;
  buckets: string;
  failures: number;
}

const daysKept = 90;
/** What came since the last save is lost by a kill: it spares a disk 2,880 commits a day. */
const saveMs = 600_000;

/** `now` is the wall clock, Unix ms; days are those of `timeZone`. Without a `reporter` they are our own probe's. */
export function openProbeDays(
  db: Database,
  now: () => number,
  timeZone: () => string,
  reporter = '',
): ProbeDays {
  const upsert = db.prepare(
    `INSERT INTO probe_day_by (reporter, day, leg, buckets, failures)
     VALUES (@reporter, @day, @leg, @buckets, @failures)
     ON CONFLICT (reporter, day, leg) DO UPDATE SET buckets = excluded.buckets, failures = excluded.failures`,
  );
  const select = db.prepare<[string], Row>('SELECT * FROM probe_day_by WHERE reporter = ?');
  const prune = db.prepare('DELETE FROM probe_day_by WHERE reporter = ? AND day < ?');
  const days = new Map<string, Day>();
  const dayOf = (name: string): Day => {
    const day = days.get(name) ?? new Map<ProbeLeg, Tally>();
    days.set(name, day);
    return day;
  };
  const tallyOf = (day: Day, leg: ProbeLeg): Tally => {
    const tally = day.get(leg) ?? { took: createHistogram(), failures: 0 };
    day.set(leg, tally);
    return tally;
  };
  for (const { day, leg, buckets, failures } of select.all(reporter))
    dayOf(day).set(leg, { took: createHistogram(JSON.parse(buckets)), failures });

  const nameOf = createDayOf(timeZone);
  const unsaved = new Set<string>();
  let savedAt = now();
  const save = (): void => {
    savedAt = now();
    const oldest = daysUpTo(nameOf(now()), daysKept)[0]!;
    for (const name of days.keys()) if (name < oldest) days.delete(name);
    db.transaction(() => {
      for (const day of unsaved)
        for (const [leg, { took, failures }] of days.get(day) ?? [])
          upsert.run({ reporter, day, leg, buckets: JSON.stringify(took.buckets()), failures });
      prune.run(reporter, oldest);
    })();
    unsaved.clear();
  };

  return {
    note({ legs, failed, startedAt }) {
      const name = nameOf(startedAt);
      const day = dayOf(name);
      for (const { leg, ms } of legs) tallyOf(day, leg).took.add(ms);
      if (failed) tallyOf(day, failed.leg).failures++;
      unsaved.add(name);
      if (now() - savedAt >= saveMs) save();
    },
    figures(count) {
      const oldest = daysUpTo(nameOf(now()), count)[0]!;
      const shown = [...days].filter(([name]) => name >= oldest).sort(([a], [b]) => (a < b ? 1 : -1));
      const all: Day = new Map();
      for (const [, day] of shown)
        for (const [leg, { took, failures }] of day) {
          const sum = tallyOf(all, leg);
          sum.took.merge(took);
          sum.failures += failures;
        }
      return { legs: figuresOf(all), days: shown.map(([day, legs]) => ({ day, legs: figuresOf(legs) })) };
    },
    [Symbol.dispose]: save,
  };
}

function figuresOf(day: Day): LegFigures[] {
  return probeLegs.flatMap((leg) => {
    const tally = day.get(leg);
    if (!tally) return [];
    const { took, failures } = tally;
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => rounded(took.percentile(share)));
    return { leg, count: took.count, failures, p50: p50!, p95: p95!, p99: p99! };
  });
}

/** To a microsecond. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}
