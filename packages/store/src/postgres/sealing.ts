import { noteRemoved, type ChainEntry } from '../sealed/chain.ts';
import type { Block } from '../sealed/history.ts';
import {
  firstPiece,
  sealPiece,
  withoutPiece,
  type Change,
  type Ground,
  type Piece,
} from '../sealed/sealing.ts';
import { numberArray } from './arrays.ts';
import { addBlock, removeBlock, type Device } from './block-rows.ts';
import { addToChain } from './chain.ts';
import type { Run } from './connections.ts';
import { loadAllHot } from './hot-rows.ts';

/**
 * Puts what is hot of a device into sealed blocks: blocks, rollups, a link of the chain, and no hot rows any more. Its
 * row has to be locked, so that nothing comes meanwhile.
 */
export async function sealDevice(run: Run, device: Device): Promise<void> {
  const hot = await loadAllHot(run, device.id);
  await run('DELETE FROM hearth.hot WHERE device = $1', [device.id]);
  await run('UPDATE hearth.device SET hot_since = NULL, hot_count = 0, hot_batches = 0 WHERE id = $1', [
    device.id,
  ]);
  if (!hot) return;
  const entry: ChainEntry = { device: device.name, kind: 'seal', added: [], removed: [] };
  let rest = hot;
  while (rest.times.length > 0) {
    const blocks = await run<Block>(
      'SELECT id, first, last, count FROM hearth.block WHERE device = $1 ORDER BY first',
      [device.id],
    );
    const piece = firstPiece(rest, blocks);
    const ground = await readGround(run, device.id, piece);
    await change(run, device, piece, ground, sealPiece(device.name, piece, ground), entry);
    rest = withoutPiece(rest, piece);
  }
  await addToChain(run, entry);
}

async function readGround(run: Run, device: number, { blocks, rows }: Piece): Promise<Ground> {
  const ofBlocks = await run<{ id: number; data: Buffer }>(
    'SELECT id, data FROM hearth.block WHERE id = ANY($1::bigint[])',
    [numberArray(blocks.map(({ id }) => id))],
  );
  const ofRows = await run<{ widthMs: number; start: number; data: Buffer }>(
    `SELECT width_ms AS "widthMs", start, data FROM hearth.rollup
     JOIN unnest($2::bigint[], $3::bigint[]) AS asked (width_ms, start) USING (width_ms, start) WHERE device = $1`,
    [device, numberArray(rows.map(({ widthMs }) => widthMs)), numberArray(rows.map(({ start }) => start))],
  );
  return {
    blocks: new Map(ofBlocks.map(({ id, data }) => [id, data])),
    rows: rows.map(
      ({ widthMs, start }) =>
        ofRows.find((row) => row.widthMs === widthMs && row.start === start)?.data ?? null,
    ),
  };
}

async function change(
  run: Run,
  device: Device,
  { rows }: Piece,
  ground: Ground,
  made: Change,
  entry: ChainEntry,
): Promise<void> {
  for (const block of made.removed) noteRemoved(entry, (await removeBlock(run, block)).block);
  for (const block of made.added) entry.added.push(await addBlock(run, device.id, block));
  for (const [i, { widthMs, start }] of rows.entries()) {
    const key = [device.id, widthMs, start];
    const data = made.rows[i]!;
    if (data)
      await run(
        `INSERT INTO hearth.rollup (device, width_ms, start, data) VALUES ($1, $2, $3, $4)
         ON CONFLICT (device, width_ms, start) DO UPDATE SET data = excluded.data`,
        [...key, data],
      );
    else if (ground.rows[i])
      await run('DELETE FROM hearth.rollup WHERE device = $1 AND width_ms = $2 AND start = $3', key);
  }
}
