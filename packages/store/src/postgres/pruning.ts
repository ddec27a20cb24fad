import { rollupSpans } from '../charts/widths.ts';
import type { RetentionRule } from '../face.ts';
import { cutoffOf } from '../retention/rules.ts';
import type { SealedBlock } from '../sealed/blocks.ts';
import { digested, type ChainEntry } from '../sealed/chain.ts';
import { rollupsWithout, withoutQuantities } from '../sealed/pruning.ts';
import { addBlock, removeBlock, type Device } from './block-rows.ts';
import { addToChain } from './chain.ts';
import type { Run } from './connections.ts';

/**
 * Deletes what is older than its retention of a device, whose row has to be locked: whole blocks, and of others the
 * columns, that are older than their rule says; rows of rollups likewise. Gives how many readings went.
 */
export async function pruneDevice(
  run: Run,
  device: Device,
  rules: readonly RetentionRule[],
  now: number,
): Promise<number> {
  const cutoff = (quantity: string) => cutoffOf(rules, device.name, quantity, now);
  const entry: ChainEntry = { device: device.name, kind: 'prune', added: [], removed: [] };
  const heads = await run<Omit<SealedBlock, 'data'> & { id: number }>(
    'SELECT id, first, last, count, summary FROM hearth.block WHERE device = $1 AND last < $2 ORDER BY first',
    [device.id, now],
  );
  let gone = 0;
  for (const { id, ...head } of heads) {
    const old = Object.keys(head.summary).filter((quantity) => head.last < cutoff(quantity).readings);
    if (old.length === 0) continue;
    const { block, data } = await removeBlock(run, id);
    entry.removed.push(block);
    const left = withoutQuantities({ ...head, data }, old);
    if (left) entry.added.push(await addBlock(run, device.id, digested(device.name, left)));
    gone += old.reduce((sum, quantity) => sum + head.summary[quantity]![0], 0);
  }
  await pruneRollups(run, device.id, (quantity) => cutoff(quantity).rollups, now);
  await addToChain(run, entry);
  return gone;
}

async function pruneRollups(
  run: Run,
  device: number,
  cutoff: (quantity: string) => number,
  now: number,
): Promise<void> {
  const rows = await run<{ width: number; start: number }>(
    'SELECT width_ms AS width, start FROM hearth.rollup WHERE device = $1 AND start < $2',
    [device, now],
  );
  for (const { width, start } of rows) {
    const end = start + rollupSpans.get(width)!;
    const key = [device, width, start];
    const ofRow = 'device = $1 AND width_ms = $2 AND start = $3';
    const [row] = await run<{ data: Buffer }>(`SELECT data FROM hearth.rollup WHERE ${ofRow}`, key);
    const left = rollupsWithout(row!.data, (quantity) => end <= cutoff(quantity));
    if (left === null) await run(`DELETE FROM hearth.rollup WHERE ${ofRow}`, key);
    else if (left !== undefined)
      await run(`UPDATE hearth.rollup SET data = $4 WHERE ${ofRow}`, [...key, left]);
  }
}
