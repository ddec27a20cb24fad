/** How many messages a client may send: `perSecond` for long, `burst` at once after a silence. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A bucket of tokens, one for each message; it fills again by the second. */
export interface Bucket {
  /** Takes a token; false when there is none. */
  take(): boolean;
  /** Whether there are so many. */
  has(count: number): boolean;
  /** Milliseconds until there is one. */
  waitMs(): number;
}

/** @param now monotonic milliseconds */
export function createBucket({ perSecond, burst }: Rate, now = () => performance.now()): Bucket {
  let tokens = burst;
  let filledAt = now();
  const fill = (): void => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - filledAt) * perSecond) / 1000);
    filledAt = at;
  };
  return {
    take() {
      // The clock is asked once a burst, not once a message.
      if (tokens < 1) fill();
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
    has(count) {
      if (tokens < count) fill();
      return tokens >= count;
    },
    waitMs() {
      fill();
      return Math.max(0, Math.ceil(((1 - tokens) * 1000) / perSecond));
    },
  };
}
