/** Aborted at Ctrl+C and SIGTERM, and after `ms`. */
export interface Stopped extends Disposable {
  readonly signal: AbortSignal;
  stop(): void;
}

/** @param ms Infinity for never by itself. */
export function listenForStop(ms = Infinity): Stopped {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const timer = ms === Infinity ? undefined : setTimeout(stop, ms);
  return {
    signal: controller.signal,
    stop,
    [Symbol.dispose]() {
      clearTimeout(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
    },
  };
}
