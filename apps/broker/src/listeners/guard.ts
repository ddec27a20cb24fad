import type { Duplex } from 'node:stream';
import type { Fault } from './connect-rules.ts';
import { createDeadline } from './deadline.ts';
import { createFrames } from './frames.ts';
import type { InFlight } from './in-flight.ts';
import type { Bucket } from './rate.ts';

/** What a connection may send once it has its CONNACK. */
export interface Grant {
  /** Largest packet, its first byte and length included. */
  readonly packetMaxBytes: number;
  /** null: as much as it likes. */
  readonly bucket: Bucket | null;
}

export interface GuardOptions {
  connectMaxBytes: number;
  /** Longest time for CONNECT to come, and for each later packet from its first to its last byte. */
  packetTimeoutMs: number;
  /** A good CONNECT has come: gives the connection to aedes. */
  onConnect: () => InFlight;
  /** null until the client has been let in and has its CONNACK. */
  grant: () => Grant | null;
  onFault: (fault: Fault) => void;
}

/** A client over its rate is looked at again after this long at least: a timer for each message costs more. */
const throttleMinMs = 50;
/** First byte, length, and a topic of one letter. */
const publishMinBytes = 5;

/**
 * Stands between a connection and aedes, which reads by `conn.read(null)` and knows no limit of size or time: only
 * whole packets that obey the standard get through, and no more than the client's rate allows. What breaks a rule
 * closes the connection; what is too fast waits, and its sender too, since nothing more is read. A stranger costs
 * little: aedes hears of it with its CONNECT. Behind CONNECT nothing is read before CONNACK is out; aedes would put
 * it into a short queue, and give up when that is full. [MQTT-3.1.4-5]
 */
export function guard(conn: Duplex, options: GuardOptions): void {
  const frames = createFrames();
  const inner = conn.read.bind(conn) as (size?: number) => Buffer | null;
  let connect: Buffer | null = null;
  let inFlight: InFlight | null = null;
  let isClosed = false;
  let grant: Grant | null = null;
  let throttle: NodeJS.Timeout | null = null;

  const close = (fault: Fault): void => {
    if (isClosed) return;
    isClosed = true;
    options.onFault(fault);
    // Good packets before the bad one are handed on first.
    process.nextTick(end, conn, fault.answer);
  };
  const deadline = createDeadline(options.packetTimeoutMs, {
    // Bytes that nobody has read yet are not the client's delay.
    isOurs: () => conn.readableLength > 0 || throttle !== null,
    onMissed: (timeoutMs) =>
      close({
        rule: 'slow',
        detail: `Each packet whole within ${timeoutMs / 1000} s.`,
        got: 'a part of one',
      }),
  });
  const mayPublish = (): boolean => {
    const bucket = grant?.bucket;
    if (!bucket || bucket.take()) return true;
    holdBack(bucket);
    return false;
  };
  const holdBack = (bucket: Bucket): void => {
    throttle = setTimeout(wake, Math.max(throttleMinMs, bucket.waitMs()));
  };
  const wake = (): void => {
    throttle = null;
    if (!conn.destroyed) conn.emit('readable');
  };

  /** Hands on what of the held bytes may pass. */
  const release = (): Buffer | null => {
    const packetMaxBytes = grant?.packetMaxBytes ?? options.connectMaxBytes;
    const taken = frames.take({ isConnected: inFlight !== null, packetMaxBytes, mayPublish });
    if (taken) inFlight?.add(frames.takenPackets, taken.length);
    if (frames.fault) close(frames.fault);
    const isWhole = frames.heldBytes === 0 || throttle !== null || isClosed;
    deadline.follow(isWhole || (!inFlight && taken !== null), taken !== null);
    return taken;
  };
  /**
   * What came in. Of a client that may have to wait the last byte stays: with it the stream would end, if the client
   * has closed its side, and what is held back here would be lost.
   */
  const take = (): Buffer | null => {
    const bucket = grant?.bucket;
    const comeBytes = conn.readableLength;
    if (!bucket || comeBytes === 0 || bucket.has(comeBytes / publishMinBytes)) return inner();
    if (comeBytes > 1) return inner(comeBytes - 1);
    if (bucket.has(1)) return inner();
    holdBack(bucket);
    return null;
  };
  const next = (): Buffer | null => {
    for (;;) {
      const taken = release();
      if (taken || throttle || isClosed) return taken;
      const chunk = take();
      if (!chunk) return null;
      frames.append(chunk);
    }
  };

  /** Waits for CONNECT, before aedes is there. */
  const early = (): void => {
    connect ??= next();
    if (!connect) return;
    conn.off('readable', early);
    inFlight = options.onConnect();
    conn.emit('readable');
  };
  conn.on('readable', early);
  conn.on('error', () => {});
  conn.once('end', () => !inFlight && conn.destroy());
  conn.read = (size?: number): Buffer | null => {
    if (isClosed || throttle) return null;
    if (connect) {
      if (size === 0) return null;
      const first = connect;
      connect = null;
      return first;
    }
    if (inFlight && !(grant ??= options.grant())) return null;
    if (size === 0) return frames.isReady ? null : inner(0);
    return inFlight?.isFull ? null : next();
  };
  conn.once('close', () => {
    isClosed = true;
    deadline.end();
    if (throttle) clearTimeout(throttle);
  });
}

/** Closes with a last word, if there is one. */
function end(conn: Duplex, answer: Uint8Array | undefined): void {
  if (answer && !conn.destroyed) conn.end(answer, () => conn.destroy());
  else conn.destroy();
}
