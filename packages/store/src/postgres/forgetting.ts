import { removeAllBlocks } from './block-rows.ts';
import { addToChain } from './chain.ts';
import type { Run } from './connections.ts';
import type { LockedDevice } from './device-rows.ts';

const tables = ['hot', 'latest', 'rollup', 'span', 'repeat'];

/** Deletes all that there is of a device, whose row has to be locked. */
export async function forgetDevice(run: Run, { id, name }: LockedDevice): Promise<void> {
  const removed = await removeAllBlocks(run, id);
  await addToChain(run, { device: name, kind: 'forget', added: [], removed });
  for (const table of tables) await run(`DELETE FROM hearth.${table} WHERE device = $1`, [id]);
  await run('DELETE FROM hearth.device WHERE id = $1', [id]);
}

/** Forgets the numbers of a device, whose row has to be locked, and keeps its readings. */
export async function forgetNumbers(run: Run, { id }: LockedDevice): Promise<void> {
  for (const table of ['span', 'repeat']) await run(`DELETE FROM hearth.${table} WHERE device = $1`, [id]);
  await run('UPDATE hearth.device SET duplicates = 0 WHERE id = $1', [id]);
}
