import type { Database } from 'better-sqlite3';
import type { Tally } from './tally.ts';

/** Tallies by key and day (YYYY-MM-DD, the home's) or beginning of five minutes (Unix ms). */
export interface AvailabilityTable {
  /** Adds to what is there, drops what is older than these, and remembers the moment; one transaction. */
  save(
    news: { days: Tallies<string>; slots: Tallies<number> },
    oldest: { day: string; slot: number },
    at: number,
  ): void;
  days(): Iterable<Row<string>>;
  slots(): Iterable<Row<number>>;
  /** When it was saved last, Unix ms; null before the first time. */
  savedAt(): number | null;
}

/** Of each key the tallies by their beginning. */
export type Tallies<T> = Map<string, Map<T, Tally>>;
type Row<T> = Tally & { key: string; start: T };

export function openAvailabilityTable(db: Database): AvailabilityTable {
  const adding = (table: string) =>
    db.prepare(
      `INSERT INTO ${table} (key, start, good, bad) VALUES (@key, @start, @good, @bad)
       ON CONFLICT (key, start) DO UPDATE SET good = good + excluded.good, bad = bad + excluded.bad`,
    );
  const reading = <T>(table: string) =>
    db.prepare<[], Row<T>>(`SELECT key, start, good, bad FROM ${table} ORDER BY key, start`);
  const add = { days: adding('availability_day'), slots: adding('availability_slot') };
  const read = { days: reading<string>('availability_day'), slots: reading<number>('availability_slot') };
  const dropDays = db.prepare('DELETE FROM availability_day WHERE start < ?');
  const dropSlots = db.prepare('DELETE FROM availability_slot WHERE start < ?');
  const select = db
    .prepare<[], string>("SELECT value FROM setting WHERE name = 'availability/saved-at'")
    .pluck();
  const note = db.prepare(
    `INSERT INTO setting (name, value) VALUES ('availability/saved-at', ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );
  return {
    save: db.transaction((news, oldest, at) => {
      for (const which of ['days', 'slots'] as const)
        for (const [key, tallies] of news[which] as Tallies<unknown>)
          for (const [start, tally] of tallies) add[which].run({ key, start, ...tally });
      dropDays.run(oldest.day);
      dropSlots.run(oldest.slot);
      note.run(String(at));
    }),
    days: () => read.days.all(),
    slots: () => read.slots.all(),
    savedAt: () => Number(select.get() ?? Number.NaN) || null,
  };
}
