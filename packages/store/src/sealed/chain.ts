import { createHash } from 'node:crypto';
import type { SealedBlock } from './blocks.ts';

/** A block as the chain names it: its first and last instant, how many there are, and the SHA-256 of its bytes. */
export type ChainedBlock = [first: number, last: number, count: number, sha256: string];

/** A block and the {@link blockDigest} of it. */
export interface DigestedBlock extends SealedBlock {
  sha256: Uint8Array;
}

/** One change of what is sealed of a device. */
export interface ChainEntry {
  device: string;
  /** `seal`: readings were sealed, alone or into blocks that were there. `prune`: they are older than the retention. */
  kind: 'seal' | 'prune' | 'forget';
  added: ChainedBlock[];
  removed: ChainedBlock[];
}

/** Notes that a block is gone; of one that the same change added nothing is known to the chain yet. */
export function noteRemoved(entry: ChainEntry, removed: ChainedBlock): void {
  const own = entry.added.findIndex(([, , , sha256]) => sha256 === removed[3]);
  if (own >= 0) entry.added.splice(own, 1);
  else entry.removed.push(removed);
}

/** What the first entry follows. */
export const chainStart = Buffer.alloc(32);

/** The hash of an entry: SHA-256 of the hash before it, the time in ms as text, a line feed, and the entry as JSON. */
export function chainHash(before: Uint8Array, at: number, entry: string): Buffer {
  return createHash('sha256').update(before).update(`${at}\n`).update(entry).digest();
}

/** SHA-256 of a block: of its device's name, first, last and count as JSON in a line, and of its data. */
export function blockDigest(
  device: string,
  { first, last, count, data }: Omit<SealedBlock, 'summary'>,
): Buffer {
  return createHash('sha256')
    .update(`${JSON.stringify([device, first, last, count])}\n`)
    .update(data)
    .digest();
}

export function digested(device: string, block: SealedBlock): DigestedBlock {
  const { first, last, count, summary, data } = block;
  return { first, last, count, summary, data, sha256: blockDigest(device, block) };
}
