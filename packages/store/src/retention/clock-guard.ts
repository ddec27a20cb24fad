const dayMs = 86_400_000;

/** Whether the clock can be trusted with deleting. */
export interface ClockGuard {
  /** Looks at the clock; null where it has run evenly for long enough, else why nothing is deleted. */
  look(): string | null;
}

/**
 * A clock that jumped makes everything look old. Nothing is deleted on its word until it has run evenly for a day: a
 * jump is a difference of more than a day between the wall clock and one that never jumps, or, across a restart,
 * between now and when it was last looked at (a long time off looks the same, and waits as well).
 * @param seen keeps when the wall clock was last looked at, Unix ms; null before the first time
 */
export function createClockGuard(
  now: () => number,
  monotonicMs: () => number,
  seen: { get(): number | null; set(at: number): void },
): ClockGuard {
  let at = seen.get();
  let monotonicAt: number | null = null;
  let evenSince = -Infinity;
  let jumpedMs = 0;

  return {
    look() {
      const wall = now();
      const monotonic = monotonicMs();
      if (at !== null) {
        const ran = monotonicAt === null ? 0 : monotonic - monotonicAt;
        const jump = wall - at - ran;
        if (Math.abs(jump) > dayMs) {
          evenSince = monotonic;
          jumpedMs = jump;
        }
      }
      at = wall;
      monotonicAt = monotonic;
      seen.set(wall);
      if (monotonic - evenSince >= dayMs) return null;
      const days = Math.round(Math.abs(jumpedMs) / dayMs);
      return `the clock went ${jumpedMs > 0 ? 'forward' : 'back'} by ${days} days at once: nothing is deleted until it has run evenly for a day`;
    },
  };
}
