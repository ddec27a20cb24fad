import { setTimeout as wait } from 'node:timers/promises';

const settleMs = 500;

/** Memory of this process that stays, bytes: after its garbage is collected. The process has to run with --expose-gc. */
export async function residentBytes(): Promise<number> {
  if (!globalThis.gc) throw new Error('a load runs with --expose-gc');
  for (let round = 0; round < 2; round++) {
    globalThis.gc();
    await wait(settleMs);
  }
  return process.memoryUsage().rss;
}
