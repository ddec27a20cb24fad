import type { ChainedBlock, DigestedBlock } from '../sealed/chain.ts';
import type { Run } from './connections.ts';

/** A device that blocks are of. */
export interface Device {
  id: number;
  name: string;
}

interface Head {
  first: number;
  last: number;
  count: number;
  sha256: Uint8Array;
}

const chained = ({ first, last, count, sha256 }: Head): ChainedBlock => [
  first,
  last,
  count,
  Buffer.from(sha256).toString('hex'),
];

export async function addBlock(run: Run, device: number, block: DigestedBlock): Promise<ChainedBlock> {
  const { first, last, count, sha256, summary, data } = block;
  await run(
    'INSERT INTO hearth.block (device, first, last, count, sha256, summary, data) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [device, first, last, count, sha256, JSON.stringify(summary), data],
  );
  return chained(block);
}

/** Deletes a block, and gives what it was. */
export async function removeBlock(run: Run, id: number): Promise<{ block: ChainedBlock; data: Buffer }> {
  const [row] = await run<Head & { data: Buffer }>(
    'DELETE FROM hearth.block WHERE id = $1 RETURNING first, last, count, sha256, data',
    [id],
  );
  return { block: chained(row!), data: row!.data };
}

/** Deletes all blocks of a device, and gives what they were. */
export async function removeAllBlocks(run: Run, device: number): Promise<ChainedBlock[]> {
  const rows = await run<Head>(
    'DELETE FROM hearth.block WHERE device = $1 RETURNING first, last, count, sha256',
    [device],
  );
  return rows.sort((a, b) => a.first - b.first).map(chained);
}
