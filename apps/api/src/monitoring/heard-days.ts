import type { HeardDay } from '@hearth/contract';
import type { Arrival, Fate, Progress } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import type { Coming } from '../devices/entry.ts';
import { firstDayKept, openToday } from './today.ts';

/** What the store does not count of a day: it knows what is missing, and what came again. */
export type HeardCounts = Omit<HeardDay, 'missing' | 'duplicates'>;

/** How each device was heard, day by day. */
export interface HeardDays extends Disposable {
  /** Readings that came, with what the store made of them. */
  readings(arrivals: readonly Arrival[], fates: readonly Fate[]): void;
  came(device: string, how: Coming): void;
  /** How far its clock is ahead of ours, ms, as a reading says. */
  clock(device: string, aheadMs: number): void;
  /** How often it has come since this process began. */
  comings(device: string): number;
  /** Newest day first; days without any reading that was counted, coming or clock are left out. */
  of(device: string): HeardCounts[];
  /** What was counted of the one that had this id before, and its numbers, are not those of the next. */
  forget(device: string): void;
}

interface Tally extends Omit<HeardCounts, 'day' | 'clockAheadMs'> {
  /** A sample each ten minutes, so that an hour of many readings weighs no more than one of few; ms. */
  clocksMs: number[];
}
type Row = HeardCounts & { device: string; clocks: string };

const sampleMs = 600_000;

/** @param progress how far the numbers of each device had come */
export function openHeardDays(parts: {
  db: Database;
  now: () => number;
  timeZone: () => string;
  progress: readonly Progress[];
}): HeardDays {
  const { db, now, timeZone, progress } = parts;
  const upsert = db.prepare(
    `INSERT OR REPLACE INTO heard_day (device, day, late, reordered, reboots, reconnects, clockAheadMs, clocks)
     VALUES (@device, @day, @late, @reordered, @reboots, @reconnects, @clockAheadMs, @clocks)`,
  );
  const endDays = db.prepare("UPDATE heard_day SET clocks = '' WHERE day < ? AND clocks <> ''");
  const prune = db.prepare('DELETE FROM heard_day WHERE day < ? OR device NOT IN (SELECT id FROM device)');
  const remove = db.prepare('DELETE FROM heard_day WHERE device = ?');
  const ofDay = db.prepare<[string], Row>('SELECT * FROM heard_day WHERE day = ?');
  const ofDevice = db.prepare<[string, string], HeardCounts>(
    `SELECT day, late, reordered, reboots, reconnects, clockAheadMs FROM heard_day
     WHERE device = ? AND day <> ? ORDER BY day DESC`,
  );
  const today = openToday<Tally>({
    db,
    now,
    timeZone,
    fresh: () => ({ late: 0, reordered: 0, reboots: 0, reconnects: 0, clocksMs: [] }),
    load: (day) => new Map(ofDay.all(day).map((row) => [row.device, toTally(row)])),
    save(day, tallies, newDay) {
      for (const [device, tally] of tallies)
        upsert.run({ device, ...show(day, tally), clocks: JSON.stringify(tally.clocksMs) });
      endDays.run(newDay);
      prune.run(firstDayKept(newDay));
    },
  });
  const newest = new Map(progress.map(({ device, boot, seq }) => [device, { boot, seq }]));
  const comings = new Map<string, number>();
  const sampledAt = new Map<string, number>();

  /** Whether one with a higher number of the same boot came before it. */
  function isOvertaken(device: string, key: NonNullable<Arrival['key']>): boolean {
    const before = newest.get(device);
    if (before?.boot === key.boot && key.seq < before.seq) return true;
    newest.set(device, key);
    return false;
  }

  return {
    readings(arrivals, fates) {
      for (const [index, { device, key, isLate }] of arrivals.entries()) {
        if (key === null || fates[index] !== 'stored') continue;
        const isReordered = isOvertaken(device, key) && !isLate;
        if (isLate || isReordered)
          today.count(device, (tally) => void tally[isLate ? 'late' : 'reordered']++);
      }
    },
    came(device, how) {
      comings.set(device, (comings.get(device) ?? 0) + 1);
      today.count(device, (tally) => void tally[how]++);
    },
    clock(device, aheadMs) {
      if (Math.abs(now() - (sampledAt.get(device) ?? -Infinity)) < sampleMs) return;
      sampledAt.set(device, now());
      today.count(device, (tally) => void tally.clocksMs.push(Math.round(aheadMs)));
    },
    comings: (device) => comings.get(device) ?? 0,
    of(device) {
      const current = today.of(device);
      return [...(current ? [show(today.day(), current)] : []), ...ofDevice.all(device, today.day())];
    },
    forget(device) {
      for (const known of [newest, comings, sampledAt]) known.delete(device);
      today.forget(device);
      remove.run(device);
    },
    [Symbol.dispose]: () => today[Symbol.dispose](),
  };
}

function toTally({ late, reordered, reboots, reconnects, clocks }: Row): Tally {
  return { late, reordered, reboots, reconnects, clocksMs: JSON.parse(clocks || '[]') as number[] };
}

function show(day: string, { clocksMs, ...counts }: Tally): HeardCounts {
  const sorted = clocksMs.toSorted((a, b) => a - b);
  return { day, ...counts, clockAheadMs: sorted[Math.floor(sorted.length / 2)] ?? null };
}
