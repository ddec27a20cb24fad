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
  const date = new Date(at);
  return date.getHours() + date.getMinutes() / 60 + (date.getSeconds() * 1000 + (at % 1000)) / 3_600_000;
}

/** Days since the year began, with their fraction, in UTC: for seasons, where a time zone does not matter. */
export function dayOfYear(at: number): number {
  return (at - Date.UTC(new Date(at).getUTCFullYear(), 0, 1)) / 86_400_000;
}
