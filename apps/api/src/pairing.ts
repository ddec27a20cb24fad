import type { Pairing as PairingState } from '@hearth/contract';
import { hyphenated, isSameCode, newCode } from './accounts/crockford.ts';
import { addressKey, createDelays } from './accounts/delays.ts';

/** 10 characters of 5 bits: 50 bits, of which 5 guesses find nothing. */
const codeLength = 10;
const groupLength = 5;
const triesMax = 5;
/** Long enough to walk to the device and type; short enough that a forgotten window closes by itself. */
export const pairingWindowMs = 600_000;
/** A device that keeps trying beside an open window waits at most this long between two tries. */
const delayMaxS = 60;

class WrongPairingCodeError extends Error {
  override readonly name = 'WrongPairingCodeError';
  readonly code = 'wrong-pairing-code';
}

class PairingClosedError extends Error {
  override readonly name = 'PairingClosedError';
  readonly code = 'pairing-closed';
}

/** The one window of the home in which one device may pair. It does not outlast this process. */
export interface Pairing {
  /** Makes a new code; an earlier one ends. */
  open(): PairingState;
  close(): void;
  state(): PairingState;
  /**
   * Lets a device in by its code. `take` makes its credential and gives its id; when that fails the code
   * can be used again.
   * @throws {WrongPairingCodeError} @throws {PairingClosedError} @throws {TooManyError}
   */
  pair<T extends { id: string }>(typed: string, address: string, take: () => Promise<T>): Promise<T>;
}

interface Window {
  code: string;
  /** On the clock that never jumps; `expiresAt` is the same for people, Unix ms. */
  untilMs: number;
  expiresAt: number;
  triesLeft: number;
  use: 'free' | 'taken' | { deviceId: string };
}

/** `now` is the wall clock (Unix ms), `monotonicMs` one that never jumps. */
export function createPairing({
  now,
  monotonicMs,
}: {
  now: () => number;
  monotonicMs: () => number;
}): Pairing {
  const delays = createDelays({ monotonicMs, delayMaxS });
  let window: Window | null = null;

  const state = (): PairingState => {
    const none = { code: null, expiresAt: null, triesLeft: 0, deviceId: null };
    if (!window) return { ...none, state: 'closed' };
    const { code, use, triesLeft, expiresAt } = window;
    if (typeof use === 'object') return { ...none, state: 'used', deviceId: use.deviceId };
    if (triesLeft === 0) return { ...none, state: 'spoiled' };
    if (monotonicMs() >= window.untilMs) return { ...none, state: 'expired' };
    return { state: 'open', code: hyphenated(code, groupLength), expiresAt, triesLeft, deviceId: null };
  };

  return {
    open() {
      window = {
        code: newCode(codeLength),
        untilMs: monotonicMs() + pairingWindowMs,
        expiresAt: now() + pairingWindowMs,
        triesLeft: triesMax,
        use: 'free',
      };
      return state();
    },
    close() {
      window = null;
    },
    state,
    async pair(typed, address, take) {
      const keys = [`pair ${addressKey(address)}`];
      delays.take(keys);
      const present = window;
      if (!present || present.use !== 'free' || state().state !== 'open')
        throw new PairingClosedError('Press "Pair a device" in Hearth, and use the code that it shows.');
      if (!isSameCode(typed, present.code)) {
        present.triesLeft--;
        throw new WrongPairingCodeError(
          present.triesLeft > 0
            ? `Type it as it is shown; ${present.triesLeft} more ${present.triesLeft === 1 ? 'try' : 'tries'}.`
            : 'That was the last try: make a new code in Hearth.',
        );
      }
      delays.clear(keys);
      present.use = 'taken';
      try {
        const taken = await take();
        present.use = { deviceId: taken.id };
        return taken;
      } catch (error) {
        present.use = 'free';
        throw error;
      }
    },
  };
}
