import type { Log } from '@hearth/part';
import { createBackOff } from './back-off.ts';
import { pause } from './pause.ts';

/** Tries what the disk refuses again until it succeeds, or until `end`. A TypeError is a bug and is thrown. */
export function createPatience(log: Log) {
  const ending = new AbortController();
  let problem: string | undefined;

  return {
    get isOver(): boolean {
      return ending.signal.aborted;
    },
    /** Why something waits at the moment. */
    problem: (): string | undefined => problem,
    /** @throws the last error when ended before a success. */
    async until<T>(run: () => T | Promise<T>): Promise<T> {
      const backOff = createBackOff();
      for (;;) {
        try {
          const result = await run();
          if (problem !== undefined) log.info('messages are stored again');
          problem = undefined;
          return result;
        } catch (error) {
          if (error instanceof TypeError || ending.signal.aborted) throw error;
          const why = `messages cannot be stored and wait at the broker: ${(error as Error).message}`;
          if (problem !== why) log.error({ error }, 'messages cannot be stored and wait at the broker');
          problem = why;
          await pause(backOff.nextMs(), ending.signal);
          if (ending.signal.aborted) throw error;
        }
      }
    },
    end(): void {
      ending.abort();
    },
  };
}
export type Patience = ReturnType<typeof createPatience>;
