import { useSyncExternalStore } from 'react';

// One clock for the whole page: the server's, because a phone may be minutes off, and ages are compared
// with instants that the server saw. Everything that shows an age hangs on one timer.
let offsetMs = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The server's time now, in Unix ms, as far as the last message of the stream tells. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** Takes the server's time from the stream. Less than a second is transport, not a wrong clock. */
export function setServerNow(now: number): void {
  const offset = now - Date.now();
  offsetMs = Math.abs(offset) < 1000 ? 0 : offset;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const notify of listeners) notify();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/**
 * A value that depends on the time now. The component is drawn again only when the value changes, so
 * `compute` gives a string, number or boolean, and is cheap: it runs once a second.
 */
export function useTimed<T extends string | number | boolean>(compute: (nowAt: number) => T): T {
  return useSyncExternalStore(subscribe, () => compute(serverNow()));
}
