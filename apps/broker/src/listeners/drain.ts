import type { Client } from 'aedes';
import type { Duplex } from 'node:stream';

/** What aedes calls for each packet that it could not hand to the system at once. */
interface Waiting {
  waitForDrain(done: Done): void;
}
type Done = (error: Error | null, client: Client) => void;

export interface DrainLimits {
  /** A packet holds up whoever sent it for no longer than this, as long as there is room for more. */
  patienceMs: number;
  /** Bytes that may wait for one slow reader. Beyond it senders wait with it. */
  waitingMaxBytes: number;
  /** A connection that took no byte for so long is cut. */
  frozenMs: number;
}

/**
 * A subscriber that does not read makes aedes wait for it, and with it the publisher and all other subscribers, until
 * `drainTimeout` cuts it. Here they wait a moment only. A durable session loses nothing when it is cut: what it has
 * not acknowledged is in its queue.
 */
export function boundDrain(client: Client, conn: Duplex, limits: DrainLimits): void {
  let waiting: Done[] = [];
  let timer: NodeJS.Timeout | null = null;
  let leastBytes = 0;
  let movedAt = 0;

  const release = (error: Error | null): void => {
    const done = waiting;
    waiting = [];
    for (const each of done) setImmediate(each, error, client);
  };
  const stop = (): void => {
    if (timer) clearInterval(timer);
    timer = null;
  };
  const look = (): void => {
    if (conn.writableLength < leastBytes) movedAt = performance.now();
    if (performance.now() - movedAt > limits.frozenMs) {
      conn.destroy(new Error('the client reads nothing'));
      return;
    }
    leastBytes = conn.writableLength;
    if (conn.writableLength <= limits.waitingMaxBytes) release(null);
  };
  conn.on('drain', () => {
    stop();
    release(null);
  });
  conn.once('close', () => {
    stop();
    release(new Error('connection closed'));
  });
  (client as unknown as Waiting).waitForDrain = (done) => {
    if (conn.destroyed) {
      setImmediate(done, new Error('connection closed'), client);
      return;
    }
    waiting.push(done);
    if (timer) return;
    leastBytes = conn.writableLength;
    movedAt = performance.now();
    timer = setInterval(look, limits.patienceMs);
  };
}
