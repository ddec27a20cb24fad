import type { Database } from 'better-sqlite3';
import { createDayOf, daysUpTo } from '../days.ts';

/** Counts of each device on the day that it is; what is over is in hearth.db alone. */
export interface Today<Tally> extends Disposable {
  /** Counts on the tally of a device; the first of a new day saves the one before. */
  count(device: string, change: (tally: Tally) => void): void;
  /** Undefined where nothing was counted yet. */
  of(device: string): Tally | undefined;
  /** YYYY-MM-DD; where the disk refuses, a day goes on until it takes what there is. */
  day(): string;
  forget(device: string): void;
}

/** Days that are kept of a device, today among them. */
export const daysKept = 30;
/** What came since the last save is lost by a kill: it spares a disk 144,000 commits a day of 500 devices. */
const saveMs = 600_000;

/** The first of the days that are kept up to this one. */
export const firstDayKept = (day: string): string => daysUpTo(day, daysKept)[0]!;

/**
 * Goes on with the tallies that `load` gives of a day. `save` writes all of them in one transaction; of
 * days before `newDay` nothing is counted any more. `now` is the wall clock, Unix ms, and days are those of `timeZone`.
 */
export function openToday<Tally>(parts: {
  db: Database;
  now: () => number;
  timeZone: () => string;
  fresh: () => Tally;
  load: (day: string) => Map<string, Tally>;
  save: (day: string, tallies: ReadonlyMap<string, Tally>, newDay: string) => void;
}): Today<Tally> {
  const { db, now, timeZone, fresh, load, save } = parts;
  const dayOf = createDayOf(timeZone);
  let day = dayOf(now());
  const tallies = load(day);
  let savedAt = now();

  function saveAll(): void {
    savedAt = now();
    db.transaction(() => save(day, tallies, dayOf(now())))();
  }

  /** Whether the disk took it; else it is tried again with the next save. */
  function trySave(): boolean {
    try {
      saveAll();
      return true;
    } catch {
      return false;
    }
  }

  return {
    count(device, change) {
      const newDay = dayOf(now());
      if (newDay !== day && trySave()) {
        day = newDay;
        tallies.clear();
      }
      const tally = tallies.get(device) ?? fresh();
      tallies.set(device, tally);
      change(tally);
      if (now() - savedAt >= saveMs) trySave();
    },
    of: (device) => tallies.get(device),
    day: () => day,
    forget: (device) => void tallies.delete(device),
    [Symbol.dispose]: saveAll,
  };
}
