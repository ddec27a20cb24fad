import type { RetentionRule } from '../face.ts';
import { cutoffOf } from '../retention/rules.ts';
import type { Summary } from '../sealed/blocks.ts';
import { digested, type ChainEntry } from '../sealed/chain.ts';
import { rollupsWithout, withoutQuantities } from '../sealed/pruning.ts';
import { rollupSpans } from '../charts/widths.ts';
import { openBlockRows } from './block-rows.ts';
import { openChain } from './chain.ts';
import type { Connection } from './database.ts';

/** Deletes what is older than its retention. */
export interface Pruning {
  /**
   * One transaction, of one device: whole blocks, and of others the columns, that are older than their rule says; rows
   * of rollups likewise. Gives how many readings went.
   */
  prune(device: { id: number; name: string }, rules: readonly RetentionRule[], now: number): number;
  /** Gives some of the free pages back to the disk; false when none is left. */
  giveBack(): boolean;
}

/** Free pages that are given back at a time: a few milliseconds' work. */
const pagesAtOnce = 128;

interface BlockRow {
  id: number;
  first: number;
  last: number;
  count: number;
  summary: string;
}

interface RollupRow {
  id: number;
  width: number;
  start: number;
  data: Buffer;
}

export function openPruning(db: Connection): Pruning {
  const blockRows = openBlockRows(db);
  const chain = openChain(db);
  const blocks = db.prepare<[number, number], BlockRow>(
    'SELECT id, first, last, count, summary FROM block WHERE device = ? AND last < ? ORDER BY first',
  );
  const dataOf = db.prepare<[number], Buffer>('SELECT data FROM block WHERE id = ?').pluck();
  const rollups = db.prepare<[number, number], RollupRow>(
    'SELECT id, width_ms AS width, start, data FROM rollup WHERE device = ? AND start < ? ORDER BY start',
  );
  const removeRollup = db.prepare<[number]>('DELETE FROM rollup WHERE id = ?');
  const putRollup = db.prepare<[Buffer, number]>('UPDATE rollup SET data = ? WHERE id = ?');

  const freePages = (): number => db.pragma('freelist_count', { simple: true }) as number;

  function pruneBlock(
    device: { id: number; name: string },
    block: BlockRow,
    isOld: (quantity: string) => boolean,
    entry: ChainEntry,
  ): number {
    const summary = JSON.parse(block.summary) as Summary;
    const old = Object.keys(summary).filter(isOld);
    if (old.length === 0) return 0;
    const gone = old.reduce((sum, quantity) => sum + summary[quantity]![0], 0);
    const left = withoutQuantities({ ...block, summary, data: dataOf.get(block.id)! }, old);
    entry.removed.push(blockRows.take(device.name, block.id));
    if (left) entry.added.push(blockRows.add(device.id, digested(device.name, left)));
    return gone;
  }

  function pruneRollups({ id, width, start, data }: RollupRow, cutoffs: (quantity: string) => number): void {
    const end = start + rollupSpans.get(width)!;
    const left = rollupsWithout(data, (quantity) => end <= cutoffs(quantity));
    if (left === null) removeRollup.run(id);
    else if (left !== undefined) putRollup.run(left, id);
  }

  return {
    prune: db.transaction(
      (device: { id: number; name: string }, rules: readonly RetentionRule[], now: number) => {
        const cutoff = (quantity: string) => cutoffOf(rules, device.name, quantity, now);
        const entry: ChainEntry = { device: device.name, kind: 'prune', added: [], removed: [] };
        let gone = 0;
        for (const block of blocks.all(device.id, now))
          gone += pruneBlock(device, block, (quantity) => block.last < cutoff(quantity).readings, entry);
        for (const row of rollups.all(device.id, now))
          pruneRollups(row, (quantity) => cutoff(quantity).rollups);
        chain.add(entry, now);
        return gone;
      },
    ),
    giveBack() {
      const before = freePages();
      if (before === 0) return false;
      db.pragma(`incremental_vacuum(${pagesAtOnce})`);
      // A database that could not be made to give back keeps them for what comes.
      return freePages() < before;
    },
  };
}
