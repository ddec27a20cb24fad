import { newDevice } from '../hot/device.ts';
import { takeSnapshot } from '../hot/snapshot.ts';
import { blockSpanMs } from '../sealed/blocks.ts';
import type { Connection } from './database.ts';
import { openDeviceRows } from './device-rows.ts';
import { openSealedHistory } from './sealed-history.ts';
import { openSealing } from './sealing.ts';

/** Readings that are moved in one transaction, about: a moment's work, and done again if the power goes. */
const readingsAtOnce = 200_000;

/** As SQLite says it of a database whose free pages can be given back. */
const incremental = 2;

interface Row {
  quantity: string;
  at: number;
  value: number | null;
}

/**
 * Moves the rows that the first Hearth kept into sealed blocks, stretch by stretch: each is sealed and deleted in one
 * transaction, and what was moved stays moved whenever the power goes.
 */
export function moveRows(db: Connection, tell: (what: string) => void): void {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'row_reading'").get() !== undefined)
    moveAll(db, tell);
  if (db.pragma('auto_vacuum', { simple: true }) !== incremental) giveBack(db, tell);
}

/**
 * Gives back what the rows took, and lets what is pruned later be given back piece by piece. Asked for by what the
 * database is, not by what was moved just now: a move may be cut off between the two.
 */
function giveBack(db: Connection, tell: (what: string) => void): void {
  db.pragma('auto_vacuum = INCREMENTAL');
  try {
    db.exec('VACUUM');
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_FULL') throw error;
    tell('the disk has no room to give back what the former rows took; it is tried again at the next start');
  }
}

function moveAll(db: Connection, tell: (what: string) => void): void {
  const sealing = openSealing(db, openSealedHistory(db));
  const rows = db.prepare<[number, number, number], Row>(
    `SELECT quantity, at, value FROM row_reading JOIN row_series ON row_series.id = row_reading.series
     WHERE device = ? AND at >= ? AND at < ?`,
  );
  const remove = db.prepare<[number, number, number]>(
    'DELETE FROM row_reading WHERE series IN (SELECT id FROM row_series WHERE device = ?) AND at >= ? AND at < ?',
  );
  const first = db
    .prepare<[number], number | null>(
      'SELECT min(at) FROM row_reading WHERE series IN (SELECT id FROM row_series WHERE device = ?)',
    )
    .pluck();
  let moved = 0;
  for (const device of openDeviceRows(db).load().values()) {
    const id = device.id!;
    let lengthMs = blockSpanMs;
    for (let from = first.get(id) ?? null; from !== null; from = first.get(id) ?? null) {
      let to = from + lengthMs;
      let found = rows.all(id, from, to);
      for (; found.length > readingsAtOnce && to - from > 1; found = rows.all(id, from, to))
        to = from + Math.ceil((to - from) / 2);
      lengthMs = Math.min(blockSpanMs, (to - from) * 2);
      const { name, duplicates, sealedFrame, latest } = device;
      const part = { ...newDevice(name), id, duplicates, sealedFrame, latest };
      for (const { quantity, at, value } of found) part.hot.put(quantity, part.hot.row(at), value ?? NaN);
      db.transaction(() => {
        sealing.seal(takeSnapshot(part, sealedFrame, Date.now()), Date.now());
        remove.run(id, from, to);
      }).immediate();
      moved += found.length;
    }
  }
  db.transaction(() => db.exec('DROP TABLE row_reading; DROP TABLE row_series;')).immediate();
  if (moved > 0) tell(`${moved} readings were moved into sealed blocks`);
}
