import type { Connection } from './database.ts';
import { bucketStart, createFold } from './fold.ts';
import { rollupWidths } from './widths.ts';

/**
 * Keeps the rollups of closed buckets exact. A bucket closes when its series gets a reading in a later one;
 * until then it has no rollup, and queries fold it from raw. Whatever lands in a closed bucket afterwards
 * (late, corrected) makes it stale. Closed and stale buckets alike are folded anew from raw before the
 * commit, so a rollup never depends on the order in which readings came.
 */
export interface Rollups {
  /** Notes a reading that was put into a series whose newest one until then was at `newestAt`. */
  note(series: number, at: number, newestAt: number): void;
  /** Writes what has changed. */
  settle(): void;
  /** Drops what was noted, after a rollback. */
  reset(): void;
}

/** The rollups in this database. To be used within a transaction. */
export function openRollups(db: Connection): Rollups {
  const raw = db
    .prepare<[number, number, number], [number, number]>(
      'SELECT at, value FROM reading WHERE series = ? AND at >= ? AND at < ? AND value IS NOT NULL ORDER BY at',
    )
    .raw();
  const put = db.prepare<number[]>('INSERT OR REPLACE INTO rollup VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = db.prepare<[number, number, number]>(
    'DELETE FROM rollup WHERE series = ? AND width_ms = ? AND start = ?',
  );
  const stale = new Map<string, [series: number, widthMs: number, start: number]>();

  function rollUp(series: number, widthMs: number, start: number): void {
    const fold = createFold(widthMs);
    for (const [at, value] of raw.all(series, start, start + widthMs)) fold.addReading(at, value);
    const { count, min, max, sum, last } = fold.columns();
    if (count.length === 0) remove.run(series, widthMs, start);
    else put.run(series, widthMs, start, count[0]!, min[0]!, max[0]!, sum[0]!, last[0]!);
  }

  return {
    note(series, at, newestAt) {
      for (const widthMs of rollupWidths) {
        const bucket = bucketStart(at, widthMs);
        const open = bucketStart(newestAt, widthMs);
        if (bucket === open) continue;
        const start = Math.min(bucket, open);
        stale.set(`${series} ${widthMs} ${start}`, [series, widthMs, start]);
      }
    },
    settle() {
      for (const bucket of stale.values()) rollUp(...bucket);
      stale.clear();
    },
    reset: () => stale.clear(),
  };
}
