import type { Connection } from './database.ts';
import { openLatest } from './latest.ts';
import { unpack, type PackedArrival, type PackedArrivals } from './packing.ts';
import { openRollups } from './rollups.ts';
import { openSeries, type Series } from './series.ts';
import { openSpans } from './spans.ts';

/** What became of a batch: 1 for each arrival that was known, and the number of values stored. */
export interface Appended {
  isDuplicate: Uint8Array<ArrayBuffer>;
  readings: number;
}

/** Puts arrivals into the tables: readings at once, what follows from them when it settles. */
export interface Appending {
  append(packed: PackedArrivals): Appended;
  /** Brings rollups and newest readings up to date; to be called before the commit. */
  settle(): void;
  /** Drops what is held in memory, when the tables have changed otherwise or were rolled back. */
  reset(): void;
}

/** Appending to this database. To be used within a transaction. */
export function openAppending(db: Connection): Appending {
  const series = openSeries(db);
  const spans = openSpans(db);
  const rollups = openRollups(db);
  const latest = openLatest(db);
  const put = db.prepare<[number, number, number | null]>(
    'INSERT INTO reading VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const stored = db
    .prepare<[number, number], number | null>('SELECT value FROM reading WHERE series = ? AND at = ?')
    .pluck();
  const countDuplicate = db.prepare<[number]>('UPDATE device SET duplicates = duplicates + 1 WHERE id = ?');

  function isRepeat(device: number, { key, at, cells }: PackedArrival, into: readonly Series[]): boolean {
    if (key) return !spans.take(device, key.boot, key.seq);
    return cells.length > 0 && cells.every(({ value }, i) => stored.get(into[i]!.id, at) === value);
  }

  /** The number of values stored; null for a duplicate. */
  function take(arrival: PackedArrival): number | null {
    const { device, at, cells } = arrival;
    const deviceId = series.deviceId(device);
    const into = cells.map(({ quantity }) => series.of(deviceId, quantity));
    if (isRepeat(deviceId, arrival, into)) {
      countDuplicate.run(deviceId);
      return null;
    }
    for (const [i, cell] of cells.entries()) {
      const one = into[i]!;
      put.run(one.id, at, cell.value);
      rollups.note(one.id, at, one.newestAt ?? at);
      latest.note(one, arrival, cell);
    }
    return cells.length;
  }

  return {
    append(packed) {
      const taken = Array.from(unpack(packed), take);
      return {
        isDuplicate: Uint8Array.from(taken, (count) => (count === null ? 1 : 0)),
        readings: taken.reduce<number>((sum, count) => sum + (count ?? 0), 0),
      };
    },
    settle() {
      rollups.settle();
      latest.settle();
    },
    reset() {
      for (const part of [series, rollups, latest]) part.reset();
    },
  };
}
