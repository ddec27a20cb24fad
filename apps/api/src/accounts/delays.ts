/** Somebody has tried too often. `retryAfterS` is how long to wait before the next try counts. */
export class TooManyError extends Error {
  override readonly name = 'TooManyError';
  readonly code = 'too-many';
  readonly retryAfterS: number;
  constructor(retryAfterS: number) {
    super(`Wait ${retryAfterS} s before the next try.`);
    this.retryAfterS = retryAfterS;
  }
}

/** Growing delays on wrong tries. A delay always ends: nobody can be locked out by somebody else for good. */
export interface Delays {
  /**
   * Counts a try under every key before it is judged, so that parallel tries cannot slip through.
   * @throws {TooManyError} while any of the keys has to wait; that try does not count.
   */
  take(keys: readonly string[]): void;
  /** Forgets the tries of these keys: one was right. */
  clear(keys: readonly string[]): void;
}

/** A wrong try is forgotten after this long without another one. */
const forgetMs = 3_600_000;
/** Most keys kept, about 2 MB; the oldest goes first. */
const keysMax = 10_000;

/**
 * Delays of 2, 4, 8 … s up to `delayMaxS` after `freeTries` wrong tries.
 * `monotonicMs` is a clock that never jumps, in ms.
 */
export function createDelays(options: {
  monotonicMs: () => number;
  freeTries?: number;
  delayMaxS?: number;
}): Delays {
  const { monotonicMs, freeTries = 5, delayMaxS = 900 } = options;
  const tries = new Map<string, { count: number; at: number; until: number }>();

  function waitMs(key: string, now: number): number {
    const known = tries.get(key);
    if (known && now - Math.max(known.at, known.until) > forgetMs) tries.delete(key);
    return Math.max(0, (tries.get(key)?.until ?? 0) - now);
  }

  function count(key: string, now: number): void {
    const n = (tries.get(key)?.count ?? 0) + 1;
    const delayS = n < freeTries ? 0 : Math.min(delayMaxS, 2 ** (n - freeTries + 1));
    tries.delete(key); // so that the order of the map is the order of the newest try
    tries.set(key, { count: n, at: now, until: now + delayS * 1000 });
    for (const oldest of tries.keys()) {
      if (tries.size <= keysMax) break;
      tries.delete(oldest);
    }
  }

  return {
    take(keys) {
      const now = monotonicMs();
      const longestMs = Math.max(...keys.map((key) => waitMs(key, now)));
      if (longestMs > 0) throw new TooManyError(Math.ceil(longestMs / 1000));
      for (const key of keys) count(key, now);
    },
    clear(keys) {
      for (const key of keys) tries.delete(key);
    },
  };
}

/** The key of a network address: an IPv6 host has a whole /64 to choose from, so that counts as one. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return `address ${mapped[1]}`;
  if (!address.includes(':')) return `address ${address}`;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return `address ${groups.slice(0, 4).join(':')}::/64`;
}
