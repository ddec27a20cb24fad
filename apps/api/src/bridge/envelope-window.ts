import { replayWindowSize, type EnvelopeCounter } from '@hearth/contract';

/** The newest counter that was taken, and a bit for each of the 64 up to it: bit n is for `seq - n`. */
export interface Window extends EnvelopeCounter {
  seen: bigint;
}

/** `old`: too far behind the newest to know whether it was taken. */
type Verdict = 'new' | 'taken' | 'old';

/** Whether an envelope may be taken. A boot before the newest one is over: nothing of it is taken any more. */
export function judge(window: Window | undefined, { boot, seq }: EnvelopeCounter): Verdict {
  if (!window || boot > window.boot) return 'new';
  if (boot < window.boot) return 'old';
  if (seq > window.seq) return 'new';
  const behind = window.seq - seq;
  if (behind >= replayWindowSize) return 'old';
  return (window.seen >> BigInt(behind)) & 1n ? 'taken' : 'new';
}

/** The window after a counter that was judged `new`. */
export function moved(window: Window | undefined, { boot, seq }: EnvelopeCounter): Window {
  if (!window || boot > window.boot) return { boot, seq, seen: 1n };
  if (seq <= window.seq) return { ...window, seen: window.seen | (1n << BigInt(window.seq - seq)) };
  const ahead = seq - window.seq;
  const kept =
    ahead >= replayWindowSize ? 0n : BigInt.asUintN(replayWindowSize, window.seen << BigInt(ahead));
  return { boot, seq, seen: kept | 1n };
}
