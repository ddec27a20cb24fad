import type { Attempt } from './backup-state.ts';
import { slotAfter, slotBefore, type TimeOfDay } from './schedule.ts';

/** One that came to nothing is tried again after so long. */
const retryMs = 3_600_000;

/**
 * When the next backup is to be made: at its time of day; at once where that was missed; and some time after one that
 * came to nothing. An instant that has passed: now.
 * @param time null: never by itself
 */
export function nextBackupAt(now: number, time: TimeOfDay | null, attempt: Attempt | null): number | null {
  if (time === null) return null;
  const slot = slotBefore(now, time);
  // One of the future was made before the clock was set back.
  const isTried = attempt !== null && attempt.at >= slot && attempt.at <= now;
  if (!isTried) return slot;
  const next = slotAfter(now, time);
  const isRetried = attempt.problem !== undefined && !attempt.isMade;
  return isRetried ? Math.min(next, attempt.at + retryMs) : next;
}
