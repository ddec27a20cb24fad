import type { Snapshot } from '../hot/snapshot.ts';
import type { Block } from '../sealed/history.ts';
import { noteRemoved, type ChainEntry } from '../sealed/chain.ts';
import {
  firstPiece,
  sealPiece,
  withoutPiece,
  type Change,
  type Ground,
  type Piece,
  type RowKey,
} from '../sealed/sealing.ts';
import { openBlockRows } from './block-rows.ts';
import { openChain } from './chain.ts';
import type { Connection } from './database.ts';
import { openDeviceRows } from './device-rows.ts';
import type { SealedHistory } from './sealed-history.ts';

/** A piece of a device, and all that sealing it has to know. */
export interface Work {
  device: string;
  piece: Piece;
  ground: Ground;
}

/** Puts what is hot of a device into sealed blocks. */
export interface Sealing {
  /**
   * One transaction: blocks, rollups, counters, newest readings, and the frame of the journal up to which all of the
   * device is sealed. Gives the id of the device. Throws what SQLite refuses; nothing is changed then.
   * @param before is done in the same transaction
   */
  seal(snapshot: Snapshot, now: number, before?: () => void): number;
  /** What sealing a snapshot has to know; null when it is not done in one piece. */
  workOf(snapshot: Snapshot): Work | null;
  /** The same as `seal` where the change was worked out elsewhere. */
  write(snapshot: Snapshot, work: Work, change: Change, now: number): number;
}

/** Sealing into this database. */
export function openSealing(db: Connection, history: Pick<SealedHistory, 'blocks'>): Sealing {
  const deviceRows = openDeviceRows(db);
  const blockRows = openBlockRows(db);
  const chain = openChain(db);
  const dataOf = db.prepare<[number], Buffer>('SELECT data FROM block WHERE id = ?').pluck();
  const rowOf = db
    .prepare<[number, number, number], Buffer>(
      'SELECT data FROM rollup WHERE device = ? AND width_ms = ? AND start = ?',
    )
    .pluck();
  const putRow = db.prepare<[number, number, number, Uint8Array]>(
    `INSERT INTO rollup (device, width_ms, start, data) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET data = excluded.data`,
  );
  const removeRow = db.prepare<[number, number, number]>(
    'DELETE FROM rollup WHERE device = ? AND width_ms = ? AND start = ?',
  );

  const blocksOf = (device: number | null): Block[] =>
    device === null ? [] : history.blocks(device, 0, Number.MAX_SAFE_INTEGER);

  function groundOf(device: number | null, { blocks, rows }: Piece): Ground {
    const rowAt = ({ widthMs, start }: RowKey): Buffer | null =>
      (device === null ? undefined : rowOf.get(device, widthMs, start)) ?? null;
    return {
      blocks: new Map(blocks.map(({ id }) => [id, dataOf.get(id)!])),
      rows: rows.map(rowAt),
    };
  }

  function change(id: number, { device, piece, ground }: Work, made: Change, entry: ChainEntry): void {
    for (const block of made.removed) noteRemoved(entry, blockRows.take(device, block));
    for (const block of made.added) entry.added.push(blockRows.add(id, block));
    for (const [i, { widthMs, start }] of piece.rows.entries()) {
      const row = made.rows[i]!;
      if (row) putRow.run(id, widthMs, start, row);
      else if (ground.rows[i]) removeRow.run(id, widthMs, start);
    }
  }

  const transaction = db.transaction(
    (snapshot: Snapshot, now: number, changeAll: (id: number, entry: ChainEntry) => void) => {
      const id = deviceRows.idOf(snapshot);
      const entry: ChainEntry = { device: snapshot.name, kind: 'seal', added: [], removed: [] };
      changeAll(id, entry);
      chain.add(entry, now);
      deviceRows.save(snapshot, id);
      return id;
    },
  );

  return {
    seal: (snapshot, now, before) =>
      transaction.immediate(snapshot, now, (id, entry) => {
        before?.();
        let rest = snapshot.hot;
        while (rest.times.length > 0) {
          const piece = firstPiece(rest, blocksOf(id));
          const work = { device: snapshot.name, piece, ground: groundOf(id, piece) };
          change(id, work, sealPiece(work.device, piece, work.ground), entry);
          rest = withoutPiece(rest, piece);
        }
      }),
    workOf({ id, name, hot }) {
      if (hot.times.length === 0) return null;
      const piece = firstPiece(hot, blocksOf(id));
      const isAll = piece.columns.times.length === hot.times.length;
      return isAll ? { device: name, piece, ground: groundOf(id, piece) } : null;
    },
    write: (snapshot, work, made, now) =>
      transaction.immediate(snapshot, now, (id, entry) => change(id, work, made, entry)),
  };
}
