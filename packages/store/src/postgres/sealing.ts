import type { Columns } from '../hot/columns.ts';
import {
  landings,
  makeBlocks,
  mergeColumns,
  openBlock,
  sliceColumns,
  type Landing,
} from '../sealed/blocks.ts';
import type { ChainEntry } from '../sealed/chain.ts';
import type { ColumnCache } from '../sealed/column-cache.ts';
import type { Block } from '../sealed/history.ts';
import { patchRow, rollAnew } from '../sealed/rolling.ts';
import { addBlock, removeBlock, type Device } from './block-rows.ts';
import { addToChain } from './chain.ts';
import type { Run } from './connections.ts';
import { withHistory } from './history.ts';
import { loadAllHot } from './hot-rows.ts';

/**
 * Puts what is hot of a device into sealed blocks: blocks, rollups, a link of the chain, and no hot rows any more. Its
 * row has to be locked, so that nothing comes meanwhile.
 */
export async function sealDevice(run: Run, cache: ColumnCache, device: Device): Promise<void> {
  const hot = await loadAllHot(run, device.id);
  await run('DELETE FROM hearth.hot WHERE device = $1', [device.id]);
  await run('UPDATE hearth.device SET hot_since = NULL, hot_count = 0, hot_batches = 0 WHERE id = $1', [
    device.id,
  ]);
  if (!hot) return;
  const entry: ChainEntry = { device: device.name, kind: 'seal', added: [], removed: [] };
  const blocks = await run<Block>(
    'SELECT id, first, last, count FROM hearth.block WHERE device = $1 ORDER BY first',
    [device.id],
  );
  for (const landing of landings(hot.times, blocks)) await land(run, landing, device, hot, entry);
  await renewRollups(run, cache, device.id, hot);
  await addToChain(run, entry);
}

async function land(
  run: Run,
  { into, begin, end }: Landing,
  device: Device,
  hot: Columns,
  entry: ChainEntry,
): Promise<void> {
  const newer = sliceColumns(hot, begin, end);
  const isAppended = into === null || newer.times[0]! > into.last;
  let all = newer;
  if (into !== null) {
    const { block, data } = await removeBlock(run, into.id);
    entry.removed.push(block);
    all = mergeColumns(openBlock(data), newer);
  }
  for (const block of makeBlocks(all, isAppended)) entry.added.push(await addBlock(run, device, block));
}

async function renewRollups(run: Run, cache: ColumnCache, device: number, changed: Columns): Promise<void> {
  for (const row of await withHistory(run, cache, (history) => rollAnew(history, device, changed))) {
    const key = [device, row.widthMs, row.start];
    const [before] = await run<{ data: Buffer }>(
      'SELECT data FROM hearth.rollup WHERE device = $1 AND width_ms = $2 AND start = $3',
      key,
    );
    const data = patchRow(before?.data, row);
    if (data)
      await run(
        `INSERT INTO hearth.rollup (device, width_ms, start, data) VALUES ($1, $2, $3, $4)
         ON CONFLICT (device, width_ms, start) DO UPDATE SET data = excluded.data`,
        [...key, data],
      );
    else if (before)
      await run('DELETE FROM hearth.rollup WHERE device = $1 AND width_ms = $2 AND start = $3', key);
  }
}
