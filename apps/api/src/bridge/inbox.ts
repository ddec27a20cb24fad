/** Where messages wait while a batch before them is on its way to the disk. */
export interface Inbox<T> extends AsyncDisposable {
  push(item: T): void;
  /** Takes out what no longer needs to be dealt with. */
  drop(isOver: (item: T) => boolean): void;
}

/** Most of one batch: bounds the time to its commit. */
const batchMax = 1000;

/**
 * Hands on whatever waits as one batch, the next when that is done: the slower the disk, the larger the
 * batches. `onFull` is called when `fullAt` wait, `onRoom` when half of them are gone.
 */
export function openInbox<T>(options: {
  fullAt: number;
  handle: (batch: T[]) => Promise<void>;
  onFull: () => void;
  onRoom: () => void;
}): Inbox<T> {
  const { fullAt, handle, onFull, onRoom } = options;
  let waiting: T[] = [];
  let pumping: Promise<void> | null = null;
  let isFull = false;
  let isStopped = false;

  const checkRoom = (): void => {
    if (!isFull || waiting.length > fullAt / 2) return;
    isFull = false;
    onRoom();
  };
  const pump = async (): Promise<void> => {
    // Lets the rest of the packet's bytes be parsed, so that they share the first commit.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchMax);
      checkRoom();
      await handle(batch);
    }
    pumping = null;
  };
  return {
    push(item) {
      if (isStopped) return;
      waiting.push(item);
      if (waiting.length >= fullAt && !isFull) {
        isFull = true;
        onFull();
      }
      pumping ??= pump();
    },
    drop(isOver) {
      waiting = waiting.filter((item) => !isOver(item));
      checkRoom();
    },
    async [Symbol.asyncDispose]() {
      isStopped = true;
      waiting = [];
      await pumping;
    },
  };
}
