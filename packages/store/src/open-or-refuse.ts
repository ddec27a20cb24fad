import { parentPort, workerData } from 'node:worker_threads';
import type { Connection } from './database.ts';
import { refusalOf } from './errors.ts';
import type { FromWorker } from './thread.ts';

/** This worker's connection to its database; null when it was refused: then it says so and ends. */
export function openOrRefuse(open: (path: string) => Connection): Connection | null {
  try {
    return open((workerData as { path: string }).path);
  } catch (error) {
    parentPort!.postMessage({ refusal: refusalOf(error) } satisfies FromWorker<never>, []);
    parentPort!.close();
    return null;
  }
}
