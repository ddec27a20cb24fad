import { Worker } from 'node:worker_threads';
import { CertificateRequestError } from './request-error.ts';
import type { FromSigner, Sign, ToSigner } from './sign-worker.ts';

/** What a thread of its own signs. */
export interface Signing extends Sign {
  /** The thread is there at present. */
  isThere(): boolean;
}

/**
 * Signs in a thread that is there only while something has to be signed: what it loads takes 19 MB and 0.3 s, and
 * is needed once in two months.
 * @param idleMs the thread ends when nothing was signed for this long
 */
export function openSigning(idleMs = 2000): Signing {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  const start = (): Worker => {
    const started = new Worker(new URL('./sign-worker.ts', import.meta.url));
    started.on('message', take);
    started.on('error', (error) => {
      for (const asker of waiting.values()) asker.reject(error);
      waiting.clear();
    });
    started.on('exit', () => {
      if (worker === started) worker = null;
    });
    return started;
  };
  const end = (): void => {
    void worker?.terminate();
    worker = null;
  };
  const take = (answer: FromSigner): void => {
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('made' in answer) asker?.resolve(answer.made);
    else asker?.reject(new (answer.isRequestAtFault ? CertificateRequestError : Error)(answer.message));
    if (waiting.size > 0) return;
    // What waits for nothing more may end meanwhile.
    worker?.unref();
    idle = setTimeout(end, idleMs).unref();
  };
  const ask = <T>(name: ToSigner['name'], args: readonly unknown[]): Promise<T> => {
    clearTimeout(idle);
    worker ??= start();
    worker.ref();
    const asker = Promise.withResolvers<unknown>();
    const id = ++lastId;
    waiting.set(id, asker);
    worker.postMessage({ id, name, args } satisfies ToSigner, []);
    return asker.promise as Promise<T>;
  };
  return {
    isThere: () => worker !== null,
    makeAuthority: (...args) => ask('makeAuthority', args),
    signServer: (...args) => ask('signServer', args),
    signRequest: (...args) => ask('signRequest', args),
    signFreshKey: (...args) => ask('signFreshKey', args),
  };
}
