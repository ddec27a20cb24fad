import { parentPort } from 'node:worker_threads';
import type { Reply } from './thread.ts';

/** What a thread is told in place of an answer, and its asker is thrown. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Answers each message of the main thread in turn; buffers that an answer names as its own are handed over with it.
 * Anything but a {@link RefusalError} is a bug, and ends the thread.
 */
export function answerAll<Answer>(
  answer: (ask: never) => Answer | Promise<Answer>,
  buffersOf: (answer: Answer) => ArrayBuffer[] = () => [],
): void {
  const port = parentPort!;
  let last: Promise<void> = Promise.resolve();
  async function reply(ask: never): Promise<void> {
    try {
      const given = await answer(ask);
      port.postMessage({ answer: given } satisfies Reply<Answer>, buffersOf(given));
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      const { code, message } = error;
      port.postMessage({ refusal: { code, message } } satisfies Reply<Answer>);
    }
  }
  port.on('message', (ask: unknown) => {
    last = last.then(() => reply(ask as never));
  });
}
