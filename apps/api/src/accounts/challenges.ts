import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** As long as somebody needs to find their phone. */
const challengeMs = 300_000;
const nonceBytes = 16;
const untilBytes = 6;
const macBytes = 32;

/** Challenges that hold once and for one purpose. What is kept grows with those that were met, not with those asked for. */
export interface Challenges {
  make(purpose: string): Buffer;
  /** Whether it is one of ours for this purpose, in time and not used up. `challenge` is base64url. */
  holds(challenge: string, purpose: string): boolean;
  /** Uses it up; whether it still held. */
  use(challenge: string, purpose: string): boolean;
}

/** They hold until this process ends. `monotonicMs` is a clock that never jumps, in ms. */
export function createChallenges(monotonicMs: () => number): Challenges {
  const key = randomBytes(32);
  /** Used ones, and until when they would hold. */
  const used = new Map<string, number>();
  const macOf = (purpose: string, head: Buffer): Buffer =>
    createHmac('sha256', key).update(head).update(purpose).digest();
  const untilOf = (challenge: string, purpose: string): number | null => {
    const bytes = Buffer.from(challenge, 'base64url');
    if (bytes.length !== untilBytes + nonceBytes + macBytes) return null;
    const head = bytes.subarray(0, -macBytes);
    if (!timingSafeEqual(bytes.subarray(-macBytes), macOf(purpose, head))) return null;
    const until = head.readUIntBE(0, untilBytes);
    return until > monotonicMs() && !used.has(bytes.toString('base64url')) ? until : null;
  };
  return {
    make(purpose) {
      const head = Buffer.concat([Buffer.alloc(untilBytes), randomBytes(nonceBytes)]);
      head.writeUIntBE(Math.floor(monotonicMs() + challengeMs), 0, untilBytes);
      return Buffer.concat([head, macOf(purpose, head)]);
    },
    holds: (challenge, purpose) => untilOf(challenge, purpose) !== null,
    use(challenge, purpose) {
      const until = untilOf(challenge, purpose);
      if (until === null) return false;
      for (const [one, end] of used) if (end <= monotonicMs()) used.delete(one);
      used.set(Buffer.from(challenge, 'base64url').toString('base64url'), until);
      return true;
    },
  };
}
