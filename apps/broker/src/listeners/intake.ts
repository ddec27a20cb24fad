import type { Duplex } from 'node:stream';
import type { Fault } from './connect-rules.ts';
import { createDeadline } from './deadline.ts';
import { createFrames } from './frames.ts';
import type { InFlight } from './in-flight.ts';
import type { Bucket } from './rate.ts';
import type { Throttle } from './throttle.ts';

/** What a connection may send once it has its CONNACK. */
export interface Grant {
  /** Largest packet, its first byte and length included. */
  readonly packetMaxBytes: number;
  /** null: as much as it likes. */
  readonly bucket: Bucket | null;
}

/** How far a connection has come. */
export interface Stage {
  /** What aedes is at work on; null before CONNECT. */
  inFlight: InFlight | null;
  /** null before CONNACK. */
  grant: Grant | null;
}

/** The packets of a connection, whole and good, and its end at the first that is neither. */
export interface Intake {
  /** The next ones that may pass now, in one piece; null when there is none. */
  next(): Buffer | null;
  /** Whether a whole packet may be there already. */
  readonly isReady: boolean;
  /** A fault has closed the connection, or {@link Intake.end}. */
  readonly isClosed: boolean;
  end(): void;
}

export interface IntakeOptions {
  connectMaxBytes: number;
  /** Longest time for CONNECT to come, and for each later packet from its first to its last byte. */
  packetTimeoutMs: number;
  onFault: (fault: Fault) => void;
}

export function createIntake(conn: Duplex, stage: Stage, throttle: Throttle, options: IntakeOptions): Intake {
  const frames = createFrames();
  let isClosed = false;

  const close = (fault: Fault): void => {
    if (isClosed) return;
    isClosed = true;
    options.onFault(fault);
    // Good packets before the bad one are handed on first.
    process.nextTick(endWith, conn, fault.answer);
  };
  const deadline = createDeadline(options.packetTimeoutMs, {
    // Bytes that nobody has read yet are not the client's delay.
    isOurs: () => conn.readableLength > 0 || throttle.isOn,
    onMissed: (timeoutMs) => close(slow(timeoutMs)),
  });
  const bucket = (): Bucket | null => stage.grant?.bucket ?? null;
  const mayPublish = (): boolean => throttle.mayPublish(bucket());

  /** Hands on what of the held bytes may pass. */
  const release = (): Buffer | null => {
    const { inFlight, grant } = stage;
    const packetMaxBytes = grant?.packetMaxBytes ?? options.connectMaxBytes;
    const taken = frames.take({ isConnected: inFlight !== null, packetMaxBytes, mayPublish });
    if (taken) inFlight?.add(frames.takenPackets, taken.length);
    if (frames.fault) close(frames.fault);
    const isWhole = frames.heldBytes === 0 || throttle.isOn || isClosed;
    deadline.follow(isWhole || (!inFlight && taken !== null), taken !== null);
    return taken;
  };
  return {
    next() {
      for (;;) {
        const taken = release();
        if (taken || throttle.isOn || isClosed) return taken;
        const chunk = throttle.read(bucket());
        if (!chunk) return null;
        frames.append(chunk);
      }
    },
    get isReady() {
      return frames.isReady;
    },
    get isClosed() {
      return isClosed;
    },
    end() {
      isClosed = true;
      deadline.end();
    },
  };
}

const slow = (timeoutMs: number): Fault => ({
  rule: 'slow',
  detail: `Each packet whole within ${timeoutMs / 1000} s.`,
  got: 'a part of one',
});

/** Closes with a last word, if there is one. */
function endWith(conn: Duplex, answer: Uint8Array | undefined): void {
  if (answer && !conn.destroyed) conn.end(answer, () => conn.destroy());
  else conn.destroy();
}
