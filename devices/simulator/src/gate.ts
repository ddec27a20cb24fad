/** Lets connections be made one after the other at a bounded rate. */
export interface Gate {
  /** Calls `open` in its turn; not at all if the returned function is called before. */
  enter(open: () => void): () => void;
}

/** How often the gate opens, ms. */
const beatMs = 20;

/** No waiting at all. */
export const openGate: Gate = {
  enter(open) {
    open();
    return () => {};
  },
};

/** @param perSecond connections; the first of a quiet time pass at once. */
export function createGate(perSecond: number): Gate {
  const queue = new Set<() => void>();
  const most = Math.max(1, (perSecond * beatMs) / 1000);
  let tokens = most;
  let filledAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const serve = (): void => {
    const now = performance.now();
    tokens = Math.min(most, tokens + ((now - filledAt) * perSecond) / 1000);
    filledAt = now;
    for (const open of queue) {
      if (tokens < 1) break;
      tokens -= 1;
      queue.delete(open);
      open();
    }
    timer = queue.size > 0 ? setTimeout(serve, beatMs) : undefined;
  };
  return {
    enter(open) {
      const mine = (): void => open();
      queue.add(mine);
      if (!timer) serve();
      return () => void queue.delete(mine);
    },
  };
}
