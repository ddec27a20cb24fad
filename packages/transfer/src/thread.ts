import { Worker } from 'node:worker_threads';

/** What a worker says of one message: its answer, or why there is none. */
export type Reply<Answer> = { answer: Answer } | { refusal: { code: string; message: string } };

/** A worker thread that answers what it is asked, one after the other. */
export interface Thread<Ask, Answer> extends AsyncDisposable {
  /**
   * Buffers in `transfer` are gone from here afterwards.
   * @throws what `refuse` makes of a refusal, or why the thread died.
   */
  ask(ask: Ask, transfer?: ArrayBuffer[]): Promise<Answer>;
}

/** Bounds of a thread's own memory: a file of a stranger must not take the process with it. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 };

/** Starts a worker; disposing ends it at once, whatever it does. */
export function startThread<Ask, Answer>(
  file: URL,
  workerData: unknown,
  refuse: (code: string, message: string) => Error,
): Thread<Ask, Answer> {
  const worker = new Worker(file, { workerData, resourceLimits });
  const waiting: PromiseWithResolvers<Answer>[] = [];
  let ended: Error | null = null;

  function fail(error: Error): void {
    ended ??= error;
    for (const asker of waiting.splice(0)) asker.reject(ended);
  }
  worker.on('message', (reply: Reply<Answer>) => {
    // `node --watch` sends messages of its own.
    if (!('answer' in reply || 'refusal' in reply)) return;
    const asker = waiting.shift();
    if ('answer' in reply) asker?.resolve(reply.answer);
    else asker?.reject(refuse(reply.refusal.code, reply.refusal.message));
  });
  worker.on('error', (error: Error & { code?: string }) =>
    fail(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? refuse('too-large', 'it takes more memory than a transfer may have')
        : error,
    ),
  );
  worker.on('exit', () => fail(new Error(`${file.pathname} ended while it was needed`)));

  return {
    ask(ask, transfer = []) {
      if (ended) return Promise.reject(ended);
      const asker = Promise.withResolvers<Answer>();
      // Who asks ahead may never look: the next ask fails the same way.
      asker.promise.catch(() => undefined);
      waiting.push(asker);
      worker.postMessage(ask, transfer);
      return asker.promise;
    },
    async [Symbol.asyncDispose]() {
      ended ??= new Error('the transfer ended');
      await worker.terminate();
    },
  };
}
