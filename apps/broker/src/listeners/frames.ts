import { malformed, type Fault } from './connect-rules.ts';
import { cutOff, numberAt, numberEnd } from './fields.ts';
import { checkBody, checkFirstByte, packetTypes } from './packet-rules.ts';

/** What the packets of a stream are held against. */
interface FrameRules {
  /** CONNECT has come; before it nothing else is taken, and nothing with it. */
  isConnected: boolean;
  packetMaxBytes: number;
  /** Whether one more PUBLISH may pass now. */
  mayPublish: () => boolean;
}

/** Cuts a stream of bytes into packets. */
export interface Frames {
  append(chunk: Buffer): void;
  /** The whole good packets at the beginning, as many as may pass; null when there is none. */
  take(rules: FrameRules): Buffer | null;
  /** How many they were, the last time. */
  readonly takenPackets: number;
  /** What was wrong behind the last packet that was taken. */
  readonly fault: Fault | null;
  /** Whether a whole packet may be there that was not taken yet. */
  readonly isReady: boolean;
  /** Bytes that were not taken. */
  readonly heldBytes: number;
}

const nothing = Buffer.alloc(0);

/** Memory follows what has come, not what a packet says of itself: saying costs nothing. */
export function createFrames(): Frames {
  /** Never written to once a part of it was handed on. */
  let held: Buffer = nothing;
  let heldBytes = 0;
  /** It makes no sense to look at what is held before there is this much. */
  let neededBytes = 1;
  let fault: Fault | null = null;
  let takenPackets = 0;

  /** The end of the packet at `at`; null when it is not whole yet, must wait, or is bad. */
  const packetEnd = (at: number, rules: FrameRules): number | null => {
    const first = held[at]!;
    fault = checkFirstByte(first, rules.isConnected);
    if (fault) return null;
    const bodyAt = numberEnd(held, at + 1, heldBytes);
    if (bodyAt < 0) {
      neededBytes = heldBytes - at + 1;
      if (bodyAt !== cutOff) fault = malformed('A remaining length of more than four bytes.');
      return null;
    }
    const end = bodyAt + numberAt(held, at + 1, bodyAt);
    const { packetMaxBytes } = rules;
    if (end - at > packetMaxBytes) {
      fault = {
        rule: 'size',
        detail: `At most ${packetMaxBytes} bytes in a packet.`,
        got: `${end - at} bytes`,
      };
      return null;
    }
    if (end > heldBytes) {
      neededBytes = end - at;
      return null;
    }
    if (first >> 4 === packetTypes.publish && !rules.mayPublish()) return null;
    fault = checkBody(first, held, bodyAt, end);
    return fault ? null : end;
  };

  return {
    get fault() {
      return fault;
    },
    get takenPackets() {
      return takenPackets;
    },
    get isReady() {
      return heldBytes > 0 && heldBytes >= neededBytes;
    },
    get heldBytes() {
      return heldBytes;
    },
    append(chunk) {
      if (heldBytes === 0) held = chunk;
      else {
        if (held.length < heldBytes + chunk.length) {
          const larger = Buffer.allocUnsafeSlow(heldBytes + Math.max(heldBytes, chunk.length));
          held.copy(larger, 0, 0, heldBytes);
          held = larger;
        }
        chunk.copy(held, heldBytes);
      }
      heldBytes += chunk.length;
    },
    take(rules) {
      if (heldBytes === 0 || heldBytes < neededBytes || fault) return null;
      neededBytes = 1;
      let at = 0;
      takenPackets = 0;
      while (at < heldBytes) {
        const end = packetEnd(at, rules);
        if (end === null) break;
        at = end;
        takenPackets++;
        if (!rules.isConnected) break;
      }
      const taken = at === held.length ? held : held.subarray(0, at);
      heldBytes -= at;
      held = heldBytes === 0 ? nothing : held.subarray(at, at + heldBytes);
      return at > 0 ? taken : null;
    },
  };
}
