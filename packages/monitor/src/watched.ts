import type { ValueFreshness } from '@hearth/contract';
import type { Moment } from './listening.ts';
import { emptyRhythm, expectationOf, learn, type Rhythm } from './rhythm.ts';

/** What is known of one value of one device. */
export interface Watched {
  /** When it was last heard from the device itself: not from its buffer, not what the broker keeps. */
  heard: Moment;
  /** Since when it is live without a break, as listened and away time together, ms. */
  liveSinceMs: number;
  /** When it last came from the device's buffer, in ms listened. */
  handedInMs: number | null;
  rhythm: Rhythm;
}

/** How far a value may be believed, and in how many ms it becomes worse by itself; null where it does not. */
export interface Judgement extends Pick<ValueFreshness, 'state' | 'rhythm' | 'expectedMs'> {
  forMs: number;
  lateInMs: number | null;
  staleInMs: number | null;
  silentInMs: number | null;
}

/** What stands beside the clock. */
interface Circumstances {
  periodMs: number | null;
  /** null where the device has no connection of its own, or nobody knows. */
  isOnline: boolean | null;
  /** Ms. */
  offlineForMs?: number;
}

/** What comes within this is one report: radio sensors send each frame several times. */
const oneReportMs = 1000;
/** A new stretch begins with what the broker kept for us, in a burst. */
const settlingMs = 15_000;
/** Between two readings of a device that hands in what it kept. */
const handingInMs = 15_000;

const states = ['live', 'late', 'stale', 'silent'] as const;
const [late, stale, silent] = [1, 2, 3];

const elapsedMs = ({ listenedMs, awayMs }: Moment): number => listenedMs + awayMs;

/**
 * The value was reported now. An interval is learned only when all of it was listened to; late and repeated
 * readings and retained messages are not to be given here.
 */
export function hear(before: Watched | undefined, now: Moment, circumstances: Circumstances): Watched {
  if (!before) return { heard: now, liveSinceMs: elapsedMs(now), handedInMs: null, rhythm: emptyRhythm };
  const intervalMs = now.listenedMs - before.heard.listenedMs;
  const isSameStretch = now.stretch === before.heard.stretch;
  if (isSameStretch && intervalMs < oneReportMs) return before;
  const isWhole = isSameStretch && before.heard.intoStretchMs >= settlingMs;
  const wasLive = judge(before, now, circumstances).state === 'live';
  return {
    ...before,
    heard: now,
    liveSinceMs: wasLive ? before.liveSinceMs : elapsedMs(now),
    rhythm: isWhole ? learn(before.rhythm, intervalMs, circumstances.periodMs) : before.rhythm,
  };
}

/** The value came from the device's buffer: newer ones are on their way. */
export function handIn(before: Watched, now: Moment): Watched {
  return { ...before, handedInMs: now.listenedMs };
}

/**
 * Judges a value. Stale and silent are found in time that was listened to; time away makes it late and no
 * more. Of a device that is offline it is stale from the first moment, as nothing newer can come, and silent no
 * sooner than any other. A device that hands in what it kept is not silent.
 */
export function judge(
  { heard, liveSinceMs, handedInMs, rhythm }: Watched,
  now: Moment,
  about: Circumstances,
): Judgement {
  const { boundsMs, ...expectation } = expectationOf(rhythm, about.periodMs);
  const ageMs = now.listenedMs - heard.listenedMs;
  const agesMs = [elapsedMs(now) - elapsedMs(heard), ageMs, ageMs];
  const beyondMs = (index: number): number => agesMs[index]! - boundsMs[index]!;
  const isOffline = about.isOnline === false;
  const handingInForMs = handedInMs === null || isOffline ? Infinity : now.listenedMs - handedInMs;
  const isHandingIn = handingInForMs <= handingInMs;
  const byAge = agesMs.filter((_, index) => beyondMs(index) > 0).length;
  const level = isOffline ? Math.max(byAge, stale) : isHandingIn ? Math.min(byAge, stale) : byAge;
  const inMs = (next: number): number | null => (next <= level ? null : 1 - beyondMs(next - 1));
  const silentInMs = inMs(silent);
  const liveForMs = elapsedMs(now) - liveSinceMs;
  return {
    ...expectation,
    state: states[level]!,
    forMs: byAge < level ? (about.offlineForMs ?? 0) : level === 0 ? liveForMs : beyondMs(level - 1),
    lateInMs: inMs(late),
    staleInMs: inMs(stale),
    silentInMs:
      silentInMs !== null && isHandingIn
        ? Math.max(silentInMs, handingInMs - handingInForMs + 1)
        : silentInMs,
  };
}
