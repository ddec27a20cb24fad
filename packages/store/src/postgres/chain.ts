import type { Digest } from '../face.ts';
import { chainHash, chainStart, type ChainEntry } from '../sealed/chain.ts';
import type { Run } from './connections.ts';

/**
 * Adds an entry to the chain, which is locked until the transaction ends: there is one order, and the clock of the server
 * is that of all entries.
 */
export async function addToChain(run: Run, entry: ChainEntry): Promise<void> {
  if (entry.added.length === 0 && entry.removed.length === 0) return;
  await run('LOCK TABLE hearth.chain IN EXCLUSIVE MODE');
  const [newest] = await run<{ number: number; hash: Buffer }>(
    'SELECT number, hash FROM hearth.chain ORDER BY number DESC LIMIT 1',
  );
  const [clock] = await run<{ at: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at',
  );
  const { at } = clock!;
  const text = JSON.stringify(entry);
  const hash = chainHash(newest?.hash ?? chainStart, at, text);
  await run('INSERT INTO hearth.chain (number, at, entry, hash) VALUES ($1, $2, $3, $4)', [
    (newest?.number ?? 0) + 1,
    at,
    text,
    hash,
  ]);
}

/** The last hash of each day (UTC) on which anything was sealed, the newest first; a year's at most. */
export async function readDigests(run: Run): Promise<Digest[]> {
  const rows = await run<{ at: number; hash: Buffer }>(
    `SELECT at, hash FROM hearth.chain
     WHERE number IN (SELECT max(number) FROM hearth.chain GROUP BY at / 86400000) ORDER BY number DESC LIMIT 366`,
  );
  return rows.map(({ at, hash }) => ({ at, digest: hash.toString('hex') }));
}
