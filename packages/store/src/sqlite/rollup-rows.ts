import type { Columns } from '../hot/columns.ts';
import type { History } from '../sealed/history.ts';
import { patchRow, rollAnew } from '../sealed/rolling.ts';
import type { Connection } from './database.ts';

/** Keeps rollups equal to what the sealed readings roll up to. To be used within a transaction. */
export interface RollupRows {
  /** Rolls up anew every bucket of a device in which one of these readings lies. */
  renew(device: number, changed: Columns): void;
}

export function openRollupRows(db: Connection, history: History): RollupRows {
  const find = db
    .prepare<[number, number, number], Buffer>(
      'SELECT data FROM rollup WHERE device = ? AND width_ms = ? AND start = ?',
    )
    .pluck();
  const put = db.prepare<[number, number, number, Buffer]>(
    `INSERT INTO rollup (device, width_ms, start, data) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET data = excluded.data`,
  );
  const remove = db.prepare<[number, number, number]>(
    'DELETE FROM rollup WHERE device = ? AND width_ms = ? AND start = ?',
  );

  return {
    renew(device, changed) {
      for (const row of rollAnew(history, device, changed)) {
        const { widthMs, start } = row;
        const before = find.get(device, widthMs, start);
        const data = patchRow(before, row);
        if (data) put.run(device, widthMs, start, data);
        else if (before) remove.run(device, widthMs, start);
      }
    },
  };
}
