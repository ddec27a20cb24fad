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
