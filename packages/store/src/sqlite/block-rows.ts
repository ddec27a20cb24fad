import { DamagedBytesError } from '../codec/bytes.ts';
import { blockDigest, type ChainedBlock, type DigestedBlock } from '../sealed/chain.ts';
import type { Connection } from './database.ts';

/** The rows of blocks. To be used within a transaction. */
export interface BlockRows {
  add(device: number, block: DigestedBlock): ChainedBlock;
  remove(block: number): ChainedBlock;
  /**
   * Removes one that is rewritten: its bytes have to be those that were sealed, or the chain would vouch for damage.
   * @throws {DamagedBytesError}
   */
  take(device: string, block: number): ChainedBlock;
}

interface Head {
  first: number;
  last: number;
  count: number;
  sha256: Uint8Array;
  data: Uint8Array;
}

const chained = ({ first, last, count, sha256 }: Omit<Head, 'data'>): ChainedBlock => [
  first,
  last,
  count,
  Buffer.from(sha256).toString('hex'),
];

export function openBlockRows(db: Connection): BlockRows {
  const add = db.prepare<[number, number, number, number, Uint8Array, string, Uint8Array]>(
    'INSERT INTO block (device, first, last, count, sha256, summary, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = db.prepare<[number], Head>(
    'DELETE FROM block WHERE id = ? RETURNING first, last, count, sha256, data',
  );

  return {
    add(device, block) {
      const { first, last, count, sha256, summary, data } = block;
      add.run(device, first, last, count, sha256, JSON.stringify(summary), data);
      return chained(block);
    },
    remove: (block) => chained(remove.get(block)!),
    take(device, block) {
      const head = remove.get(block)!;
      if (!blockDigest(device, head).equals(head.sha256))
        throw new DamagedBytesError(
          `the readings of ${device} from ${head.first} to ${head.last} are not what was sealed: restore a backup`,
        );
      return chained(head);
    },
  };
}
