import type { Connection } from './database.ts';
import { bucketStart, createFold, type Columns, type Fold } from './fold.ts';
import type { Readings } from './readings.ts';
import { rollupFor } from './widths.ts';

/** Buckets for charts. */
export interface Charts {
  /** The buckets of one series that `[from, to)` touches; only readings within it count. */
  buckets(series: number, from: number, to: number, widthMs: number): Columns;
}

/** The charts of this database. To be used within a transaction. */
export function openCharts(db: Connection, readings: Readings): Charts {
  const newest = db.prepare<[number], number | null>('SELECT max(at) FROM reading WHERE series = ?').pluck();
  const rollups = db
    .prepare<[number, number, number, number], Parameters<Fold['addRollup']>>(
      `SELECT start, count, min, max, sum, last FROM rollup
       WHERE series = ? AND width_ms = ? AND start >= ? AND start < ? ORDER BY start`,
    )
    .raw();

  function foldRaw(fold: Fold, series: number, from: number, to: number): void {
    for (const [at, value] of readings.of(series, from, to)) if (value !== null) fold.addReading(at, value);
  }

  return {
    buckets(series, from, to, widthMs) {
      const fold = createFold(widthMs);
      const rollupMs = rollupFor(widthMs);
      // Whole closed buckets come from rollups; the ends, and the open bucket behind them, from raw.
      const newestAt = newest.get(series) ?? from;
      const head = rollupMs === null ? to : Math.ceil(from / rollupMs) * rollupMs;
      const tail = rollupMs === null ? to : bucketStart(Math.min(to, newestAt), rollupMs);
      if (rollupMs === null || head >= tail) {
        foldRaw(fold, series, from, to);
        return fold.columns();
      }
      foldRaw(fold, series, from, head);
      for (const rollup of rollups.all(series, rollupMs, head, tail)) fold.addRollup(...rollup);
      foldRaw(fold, series, tail, to);
      return fold.columns();
    },
  };
}
