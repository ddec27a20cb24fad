/** A time within which something has to be whole. It runs from the start. */
export interface Deadline {
  /** `isWhole`: nothing is being waited for. `isNew`: what is waited for now has just begun. */
  follow(isWhole: boolean, isNew: boolean): void;
  end(): void;
}

/** One timer at most, which is not touched as long as all goes well: this is asked with each chunk that comes. */
export function createDeadline(
  timeoutMs: number,
  { isOurs, onMissed }: { isOurs: () => boolean; onMissed: (timeoutMs: number) => void },
): Deadline {
  /** When it began, monotonic; null for nothing. */
  let beganAt: number | null = performance.now();
  const check = (): void => {
    timer = null;
    if (beganAt === null) return;
    if (isOurs()) beganAt = performance.now();
    const leftMs = beganAt + timeoutMs - performance.now();
    if (leftMs > 0) timer = setTimeout(check, leftMs);
    else onMissed(timeoutMs);
  };
  let timer: NodeJS.Timeout | null = setTimeout(check, timeoutMs);
  return {
    follow(isWhole, isNew) {
      if (isWhole) beganAt = null;
      else if (isNew || beganAt === null) beganAt = performance.now();
      if (!isWhole) timer ??= setTimeout(check, timeoutMs);
    },
    end() {
      beganAt = null;
      if (timer) clearTimeout(timer);
    },
  };
}
