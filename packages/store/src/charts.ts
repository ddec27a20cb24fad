import type { Connection } from './database.ts';
import { bucketStart, createFold, type Columns, type Fold } from './fold.ts';
import { createOnTime, type OnColumns } from './on-time.ts';
import type { Readings } from './readings.ts';
import { rollupFor } from './widths.ts';

/** Buckets for charts. */
export interface Charts {
  /** The buckets of one series that `[from, to)` touches; only readings within it count. */
  buckets(series: number, from: number, to: number, widthMs: number): Columns;
  /** For how long a switch was on in each of them. */
  onTime(series: number, from: number, to: number, widthMs: number, holdMs: number): OnColumns;
}

interface Visit {
  reading: (at: number, value: number) => void;
  /** Whole closed buckets of this width with a start in `[head, tail)`. */
  rollups: (rollupMs: number, head: number, tail: number) => void;
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
  // Rollups do not say when their first and last reading was: two look-ups in an index each do.
  const stretches = db
    .prepare<[number, number, number, number], [number, number, number, number, number]>(
      `SELECT
         (SELECT at FROM reading WHERE series = rollup.series AND at >= start AND value IS NOT NULL
          ORDER BY at LIMIT 1),
         (SELECT at FROM reading WHERE series = rollup.series AND at < start + width_ms AND value IS NOT NULL
          ORDER BY at DESC LIMIT 1),
         count, sum, last
       FROM rollup WHERE series = ? AND width_ms = ? AND start >= ? AND start < ? ORDER BY start`,
    )
    .raw();

  /** Whole closed buckets come from rollups; the ends, and the open bucket behind them, from raw. */
  function walk(series: number, from: number, to: number, widthMs: number, visit: Visit): void {
    const visitRaw = (rawFrom: number, rawTo: number): void => {
      for (const [at, value] of readings.of(series, rawFrom, rawTo))
        if (value !== null) visit.reading(at, value);
    };
    const rollupMs = rollupFor(widthMs);
    const newestAt = newest.get(series) ?? from;
    const head = rollupMs === null ? to : Math.ceil(from / rollupMs) * rollupMs;
    const tail = rollupMs === null ? to : bucketStart(Math.min(to, newestAt), rollupMs);
    if (rollupMs === null || head >= tail) {
      visitRaw(from, to);
      return;
    }
    visitRaw(from, head);
    visit.rollups(rollupMs, head, tail);
    visitRaw(tail, to);
  }

  return {
    buckets(series, from, to, widthMs) {
      const fold = createFold(widthMs);
      walk(series, from, to, widthMs, {
        reading: (at, value) => fold.addReading(at, value),
        rollups(rollupMs, head, tail) {
          for (const rollup of rollups.all(series, rollupMs, head, tail)) fold.addRollup(...rollup);
        },
      });
      return fold.columns();
    },
    onTime(series, from, to, widthMs, holdMs) {
      const onTime = createOnTime(widthMs, holdMs);
      walk(series, from, to, widthMs, {
        reading: (at, value) => onTime.addReading(at, value),
        rollups(rollupMs, head, tail) {
          for (const stretch of stretches.all(series, rollupMs, head, tail)) onTime.addRollup(...stretch);
        },
      });
      return onTime.columns();
    },
  };
}
