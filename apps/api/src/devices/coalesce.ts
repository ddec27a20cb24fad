/**
 * Runs something at most once every `delayMs`: `soon` arms it, `flush` runs what is armed now, `stop` ends
 * it for good. A run that fails is armed again, since what it was to do is still to be done.
 */
export function coalesce(delayMs: number, run: () => void | Promise<void>) {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  const tryRun = async (): Promise<void> => {
    timer = null;
    try {
      await run();
    } catch {
      soon();
    }
  };
  const soon = (): void => {
    if (!isStopped) timer ??= setTimeout(() => void tryRun(), delayMs).unref();
  };
  return {
    soon,
    async flush(): Promise<void> {
      if (!timer) return;
      clearTimeout(timer);
      await tryRun();
    },
    stop(): void {
      isStopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
