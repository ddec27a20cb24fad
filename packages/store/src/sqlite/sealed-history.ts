import { cutRollups } from '../charts/rollup.ts';
import { rollupSpans } from '../charts/widths.ts';
import { openEnvelope } from '../codec/envelope.ts';
import { decodeTimes } from '../codec/times.ts';
import { decodeValues } from '../codec/values.ts';
import { timesPart } from '../sealed/blocks.ts';
import { createColumnCache } from '../sealed/column-cache.ts';
import { openContainer } from '../sealed/container.ts';
import type { Block, History } from '../sealed/history.ts';
import { decodeRollupsOf } from '../sealed/rollup-columns.ts';
import type { Connection } from './database.ts';

/** The history of a database, and what is remembered of it. */
export interface SealedHistory extends History {
  /** Forgets what was decoded: it was pruned. */
  reset(): void;
}

/** What is sealed in this database. */
export function openSealedHistory(db: Connection): SealedHistory {
  const cache = createColumnCache();
  const blocks = db.prepare<[number, number, number, number, number], Block>(
    `SELECT id, first, last, count FROM block
     WHERE device = ? AND first < ? AND last >= ?
       AND first >= coalesce((SELECT max(first) FROM block WHERE device = ? AND first <= ?), 0)
     ORDER BY first`,
  );
  const dataOf = db.prepare<[number], Buffer>('SELECT data FROM block WHERE id = ?').pluck();
  const rollups = db.prepare<[number, number, number, number], { start: number; data: Buffer }>(
    'SELECT start, data FROM rollup WHERE device = ? AND width_ms = ? AND start >= ? AND start < ? ORDER BY start',
  );
  const partOf = (block: number, name: string): Uint8Array | undefined =>
    openContainer(dataOf.get(block)!).get(name);

  return {
    blocks: (device, from, to) => blocks.all(device, to, from, device, from),
    times: (block) => cache.get(`${block}`, () => decodeTimes(openEnvelope(partOf(block, timesPart)!)))!,
    values: (quantity, block) =>
      cache.get(`${block} ${quantity}`, () => {
        const part = partOf(block, quantity);
        return part ? decodeValues(openEnvelope(part)) : null;
      }),
    rollups({ device, quantity }, widthMs, from, to) {
      const span = rollupSpans.get(widthMs)!;
      const rows = rollups.all(device, widthMs, Math.floor(from / span) * span, to);
      return rows
        .flatMap(({ start, data }) => decodeRollupsOf(data, quantity, start, widthMs))
        .map((columns) => cutRollups(columns, from, to));
    },
    reset: () => cache.reset(),
  };
}
