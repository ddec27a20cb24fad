import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Of a file, as it passed. */
export interface Sum {
  sha256: string;
  bytes: number;
}

/** Bytes that are read at once: memory stays as it is whatever the size of the file. */
const lotBytes = 256 * 1024;

/** Hands chunks on, and knows their sum when they have passed. */
export function summing(): {
  through: (chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>;
  sum(): Sum;
} {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *through(chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    sum: () => ({ sha256: hash.digest('hex'), bytes }),
  };
}

/** The bytes of a file, some at a time. */
export const readLots = (path: string) => createReadStream(path, { highWaterMark: lotBytes });

/** @throws the system's error */
export async function sumOf(path: string): Promise<Sum> {
  const all = summing();
  for await (const _ of all.through(readLots(path)));
  return all.sum();
}
