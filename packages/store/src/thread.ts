import { Worker } from 'node:worker_threads';
import type { Refusal } from './errors.ts';

/** From the main thread. A worker that is told to close first does what it was asked before. */
export type ToWorker<Ask> = { id: number; ask: Ask } | 'close';

/** From a worker: at first `ready` or why not, then one answer or refusal for each ask. */
export type FromWorker<Answer> =
  | 'ready'
  | { notice: string }
  | { refusal: Refusal }
  | { id: number; answer: Answer }
  | { id: number; refusal: Refusal };

/** A worker thread that answers what it is asked, seen from the main thread. */
export interface Thread<Ask, Answer> {
  /**
   * Asks in order; answers may come later. Buffers in `transfer` are gone from here afterwards.
   * @throws what `refuse` makes of a refusal, or why the thread died.
   */
  ask(ask: Ask, transfer?: ArrayBuffer[]): Promise<Answer>;
  /** Lets the thread finish what it was asked and end by itself. */
  close(): Promise<void>;
}

/** Starts a worker; resolves when it is ready, rejects when it cannot open what it is to work on. */
export function startThread<Ask, Answer>(
  file: URL,
  workerData: object,
  on: {
    refuseOpen(refusal: Refusal): Error;
    refuse(refusal: Refusal, ask: Ask): Error;
    notice(what: string): void;
    die(error: Error): void;
  },
): Promise<Thread<Ask, Answer>> {
  const worker = new Worker(file, { workerData });
  const waiting = new Map<number, PromiseWithResolvers<Answer> & { ask: Ask }>();
  const opened = Promise.withResolvers<Thread<Ask, Answer>>();
  const exited = Promise.withResolvers<void>();
  let lastId = 0;
  let isReady = false;
  /** Why nothing more can be asked. */
  let ended: Error | null = null;

  function fail(error: Error): void {
    if (ended === null && isReady) on.die(error);
    ended ??= error;
    opened.reject(error);
    for (const asker of waiting.values()) asker.reject(error);
    waiting.clear();
  }

  const thread: Thread<Ask, Answer> = {
    ask(ask, transfer = []) {
      if (ended) return Promise.reject(ended);
      const asker = Promise.withResolvers<Answer>();
      const id = ++lastId;
      waiting.set(id, { ...asker, ask });
      worker.postMessage({ id, ask } satisfies ToWorker<Ask>, transfer);
      return asker.promise;
    },
    close() {
      if (ended === null) worker.postMessage('close' satisfies ToWorker<Ask>, []);
      ended ??= new Error('the store is closed');
      return exited.promise;
    },
  };

  worker.on('message', (message: FromWorker<Answer>) => {
    if (message === 'ready') {
      isReady = true;
      opened.resolve(thread);
    } else if ('id' in message) {
      const asker = waiting.get(message.id);
      waiting.delete(message.id);
      if ('answer' in message) asker?.resolve(message.answer);
      else if (asker) asker.reject(on.refuse(message.refusal, asker.ask));
    } else if ('notice' in message) on.notice(message.notice);
    else if ('refusal' in message) fail(on.refuseOpen(message.refusal));
    // `node --watch` sends messages of its own.
  });
  worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => {
    fail(new Error(`${file.pathname} ended while it was needed`));
    exited.resolve();
  });
  return opened.promise;
}
