/** Time as the simulator sees it; tests give their own. */
export interface Clock {
  /** Unix ms. */
  now(): number;
  /** Calls `fn` every `ms` until the returned function is called. */
  every(ms: number, fn: () => void): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  every(ms, fn) {
    const timer = setInterval(fn, ms);
    return () => clearInterval(timer);
  },
};

/** A clock that begins at `startAt` (Unix ms) and goes `speed` times as fast as the machine's. */
export function createFastClock(startAt: number, speed: number): Clock {
  const origin = performance.now();
  return {
    now: () => Math.round(startAt + (performance.now() - origin) * speed),
    every(ms, fn) {
      const timer = setInterval(fn, Math.max(1, ms / speed));
      return () => clearInterval(timer);
    },
  };
}

/** A clock that stands still but for its steps. */
export interface SteppedClock extends Clock {
  /** When the next call is due; Infinity when none is. */
  nextAt(): number;
  /** Goes on to an instant and makes the calls that are due by then, in their order. */
  stepTo(at: number): void;
}

export function createSteppedClock(startAt: number): SteppedClock {
  const timers = new Set<{ at: number; ms: number; fn: () => void }>();
  let now = startAt;
  const next = () => {
    let first: { at: number; ms: number; fn: () => void } | null = null;
    for (const timer of timers) if (!first || timer.at < first.at) first = timer;
    return first;
  };
  return {
    now: () => now,
    every(ms, fn) {
      const timer = { at: now + Math.max(1, Math.round(ms)), ms: Math.max(1, Math.round(ms)), fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    nextAt: () => next()?.at ?? Infinity,
    stepTo(at) {
      for (let due = next(); due && due.at <= at; due = next()) {
        now = Math.max(now, due.at);
        due.at += due.ms;
        due.fn();
      }
      now = Math.max(now, at);
    },
  };
}

/** Calls `fn` once after `ms`, unless the returned function is called first. */
export function after(clock: Clock, ms: number, fn: () => void): () => void {
  const stop = clock.every(ms, () => {
    stop();
    fn();
  });
  return stop;
}

/** Hour of the day, [0, 24), with its fraction, in this machine's time zone. */
export function hourOfDay(at: number): number {
  if (at !== last.at) {
    const date = new Date(at);
    const seconds = date.getSeconds() + (at % 1000) / 1000;
    last = { at, hour: date.getHours() + date.getMinutes() / 60 + seconds / 3600 };
  }
  return last.hour;
}

/** All rooms of a step ask for the same instant, and finding its zone takes longer than a room's physics. */
let last = { at: Number.NaN, hour: 0 };
