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

/** How far a value may be believed. `nextInMs` is null where only the device can change it, or the broker. */
export interface Judgement extends Pick<ValueFreshness, 'state' | 'rhythm' | 'expectedMs'> {
  forMs: number;
  nextInMs: number | null;
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
const stale = states.indexOf('stale');
const silent = states.indexOf('silent');

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
  const level = agesMs.filter((_, index) => beyondMs(index) > 0).length;
  const isOffline = about.isOnline === false;
  const handingInForMs = handedInMs === null ? Infinity : now.listenedMs - handedInMs;
  if (level === silent && handingInForMs <= handingInMs && !isOffline)
    return { ...expectation, state: 'stale', forMs: beyondMs(1), nextInMs: handingInMs - handingInForMs + 1 };
  if (isOffline && level < stale)
    return { ...expectation, state: 'stale', forMs: about.offlineForMs ?? 0, nextInMs: 1 - beyondMs(stale) };
  return {
    ...expectation,
    state: states[level]!,
    forMs: level === 0 ? elapsedMs(now) - liveSinceMs : beyondMs(level - 1),
    nextInMs: level === silent ? null : 1 - beyondMs(level),
  };
}
