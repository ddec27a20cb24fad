import type { Digest } from '../face.ts';
import { chainHash, chainStart, type ChainEntry } from '../sealed/chain.ts';
import type { Connection } from './database.ts';

/** Adds entries to the chain of this database. To be used within a transaction. */
export function openChain(db: Connection): { add(entry: ChainEntry, at: number): void } {
  const newest = db.prepare<[], Buffer>('SELECT hash FROM chain ORDER BY number DESC LIMIT 1').pluck();
  const put = db.prepare<[number, string, Buffer]>('INSERT INTO chain (at, entry, hash) VALUES (?, ?, ?)');
  return {
    add(entry, at) {
      if (entry.added.length === 0 && entry.removed.length === 0) return;
      const text = JSON.stringify(entry);
      put.run(at, text, chainHash(newest.get() ?? chainStart, at, text));
    },
  };
}

/** The last hash of each day (UTC) on which anything was sealed, the newest first; a year's at most. */
export function openDigests(db: Connection): () => Digest[] {
  const rows = db.prepare<[], { at: number; hash: Buffer }>(
    `SELECT at, hash FROM chain
     WHERE number IN (SELECT max(number) FROM chain GROUP BY at / 86400000) ORDER BY number DESC LIMIT 366`,
  );
  return () => rows.all().map(({ at, hash }) => ({ at, digest: hash.toString('hex') }));
}
