import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../broker/link.ts';
import type { Ready } from './serve.ts';

/** Our broker with the front before it, in a process of its own. */
export interface Fronted extends AsyncDisposable {
  readonly pid: number;
  readonly direct: Place;
  readonly front: Place;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** The api's own: it has no rate limit, and is checked like others. */
const username = 'hearth-api';

/** The Node that runs the parts, whatever runs this. */
const node = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));

/**
 * Starts both on this folder. Disposing it ends them in order.
 * @throws when the process ends before it is ready.
 */
export async function startFronted(folder: string): Promise<Fronted> {
  const child = fork(fileURLToPath(new URL('serve.ts', import.meta.url)), {
    env: { ...process.env, NODE_OPTIONS: '', HEARTH_DATA_DIR: folder },
    execArgv: [],
    execPath: existsSync(node) ? node : process.execPath,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit');
  const [ready] = (await Promise.race([
    once(child, 'message'),
    gone.then(([code]) => {
      throw new Error(`the broker ended with ${String(code)} before it was ready`);
    }),
  ])) as [Ready];
  const password = readFileSync(join(folder, 'broker', 'service-secret'), 'utf8').trim();
  return {
    pid: child.pid!,
    direct: { port: ready.direct, username, password },
    front: { port: ready.front, username, password },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}
