import type { Duplex } from 'node:stream';
import type { Bucket } from './rate.ts';

/** Node's own `read` of a stream. */
export type Read = (size?: number) => Buffer | null;

/** Holds a client to its rate by not reading on: TCP slows the sender down. */
export interface Throttle {
  /** The client waits now, and nothing of it is to be read. */
  readonly isOn: boolean;
  /** Whether one more message may pass; with false the wait begins. `bucket` null: as many as it likes. */
  mayPublish(bucket: Bucket | null): boolean;
  /**
   * What came in. Of a client that may have to wait the last byte stays: with it the stream would end, if the client
   * has closed its side, and what is held back here would be lost.
   */
  read(bucket: Bucket | null): Buffer | null;
  end(): void;
}

/** A client over its rate is looked at again after this long at least: a timer for each message costs more. */
const throttleMinMs = 50;
/** First byte, length, and a topic of one letter. */
const publishMinBytes = 5;

/** Says `readable` on `conn` when a wait is over; `read` is what reads from it. */
export function createThrottle(conn: Duplex, read: Read): Throttle {
  let timer: NodeJS.Timeout | null = null;
  const wake = (): void => {
    timer = null;
    if (!conn.destroyed) conn.emit('readable');
  };
  const holdBack = (bucket: Bucket): void => {
    timer = setTimeout(wake, Math.max(throttleMinMs, bucket.waitMs()));
  };
  return {
    get isOn() {
      return timer !== null;
    },
    mayPublish(bucket) {
      if (!bucket || bucket.take()) return true;
      holdBack(bucket);
      return false;
    },
    read(bucket) {
      const comeBytes = conn.readableLength;
      if (!bucket || comeBytes === 0 || bucket.has(comeBytes / publishMinBytes)) return read();
      if (comeBytes > 1) return read(comeBytes - 1);
      if (bucket.has(1)) return read();
      holdBack(bucket);
      return null;
    },
    end() {
      if (timer) clearTimeout(timer);
    },
  };
}
