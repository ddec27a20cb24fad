import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Job, Outcome } from '../broker-load.ts';

/** The process that publishes and subscribes. */
export interface Load extends AsyncDisposable {
  /** One job at a time. @throws what went wrong in it. */
  run(job: Job): Promise<{ values: number[]; busy: number }>;
}

/** The same for every broker, apart from the process that measures memory and prints. */
export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL('../broker-load.ts', import.meta.url)));
  const gone = once(child, 'exit');
  return {
    async run(job) {
      child.send(job);
      const [outcome] = (await Promise.race([
        once(child, 'message'),
        gone.then(() => [{ failure: 'the load ended' }]),
      ])) as [Outcome];
      if ('failure' in outcome) throw new Error(outcome.failure);
      return outcome;
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
