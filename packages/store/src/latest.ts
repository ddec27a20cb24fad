import type { Connection } from './database.ts';
import type { Cell, PackedArrival } from './packing.ts';
import type { Series } from './series.ts';

/** Keeps the newest reading of each series, by the time it was measured. */
export interface Latest {
  /** Notes a reading that was put into this series. */
  note(series: Series, arrival: PackedArrival, cell: Cell): void;
  /** Writes what has changed. */
  settle(): void;
  /** Drops what was noted, after a rollback. */
  reset(): void;
}

type Row = [
  series: number,
  at: number,
  value: number | null,
  receivedAt: number,
  isLate: number,
  fault: string | null,
];

/** The newest readings in this database. To be used within a transaction. */
export function openLatest(db: Connection): Latest {
  const put = db.prepare<Row>('INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, ?)');
  const changed = new Map<number, Row>();

  return {
    note(series, { at, receivedAt, isLate }, { value, fault }) {
      if (series.newestAt !== null && at < series.newestAt) return;
      series.newestAt = at;
      const why = value === null ? fault : null;
      changed.set(series.id, [series.id, at, value, receivedAt, isLate ? 1 : 0, why]);
    },
    settle() {
      for (const row of changed.values()) put.run(...row);
      changed.clear();
    },
    reset: () => changed.clear(),
  };
}
