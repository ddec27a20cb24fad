import type { Duplex } from 'node:stream';

/** Bytes that go out at once. */
const gatheredBytes = 16_384;
/** Of what is larger no copy is made. */
const copiedMaxBytes = 4096;
/** Buffers that are kept for the next; all connections share them, since they are in use for a turn of the loop. */
const spareMax = 128;
const spare: Buffer[] = [];

type Written = (error?: Error | null) => void;

/**
 * aedes writes a packet in up to six pieces, and the system would be called for each packet. Here all that one turn of
 * the loop has for a connection goes out together, in its order and before aedes hears that it was written.
 */
export function gatherWrites(conn: Duplex): void {
  const [write, end, destroy] = [conn.write.bind(conn), conn.end.bind(conn), conn.destroy.bind(conn)];
  let gathered: Buffer | null = null;
  let used = 0;
  let flushing: NodeJS.Immediate | null = null;

  const flush = (): void => {
    if (flushing) clearImmediate(flushing);
    flushing = null;
    if (!gathered) return;
    const buffer = gathered;
    const bytes = buffer.subarray(0, used);
    gathered = null;
    used = 0;
    const giveBack = (): void => {
      if (spare.length < spareMax) spare.push(buffer);
    };
    if (conn.writable && conn.writableLength === 0) write(bytes, giveBack);
    else {
      // Behind what waits for a slow reader it takes the room that it needs, and not that of a whole buffer.
      if (conn.writable) write(copyOf(bytes));
      giveBack();
    }
  };
  const room = (bytes: number): Buffer => {
    if (used + bytes > gatheredBytes) flush();
    gathered ??= spare.pop() ?? Buffer.allocUnsafeSlow(gatheredBytes);
    flushing ??= setImmediate(flush);
    return gathered;
  };
  const gather = (
    chunk: Uint8Array | string,
    encoding?: BufferEncoding | Written,
    done?: Written,
  ): boolean => {
    // A UTF-16 unit takes at most three bytes.
    const most = typeof chunk === 'string' ? chunk.length * 3 : chunk.length;
    if (most > copiedMaxBytes || typeof encoding === 'function' || done) {
      flush();
      return typeof encoding === 'string' ? write(chunk, encoding, done) : write(chunk, encoding ?? done);
    }
    const buffer = room(most);
    if (typeof chunk === 'string') used += buffer.write(chunk, used);
    else {
      buffer.set(chunk, used);
      used += most;
    }
    return !conn.writableNeedDrain;
  };
  Object.assign(conn, {
    write: gather,
    // mqtt-packet leaves out what it would do to gather a packet.
    cork: undefined,
    end(...rest: Parameters<typeof end>) {
      flush();
      return end(...rest);
    },
    destroy(error?: Error) {
      flush();
      return destroy(error);
    },
  });
}

/** Outside of Node's pool, of which a few bytes would hold on to a large piece. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
