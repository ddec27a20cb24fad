import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const mains = {
  broker: 'apps/broker/src/main.ts',
  api: 'apps/api/src/main.ts',
  simulator: 'devices/simulator/src/main.ts',
} as const;

/** Lets a broker take free ports, on this machine's own address only: tests run side by side. */
export const freeBrokerPorts = {
  HEARTH_MQTT_PORT: '0',
  HEARTH_MQTT_WS_PORT: '0',
  HEARTH_MQTTS_HOST: '127.0.0.1',
  HEARTH_MQTTS_PORT: '0',
  HEARTH_MQTT_WSS_PORT: '0',
};

/** A part that runs as a process of its own, as `npm start` runs it. */
export interface PartProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly address: Record<string, string>;
  /** What it printed so far, to show when a test fails. */
  output(): string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** The Node that runs the parts: the one in the tree, whatever runs this test. */
function partNode(): string {
  const own = `${root}node_modules/node/bin/node`;
  return existsSync(own) ? own : process.execPath;
}

/**
 * Starts one part as a process and resolves when it says that it is ready.
 * @throws with its output when it ends before that.
 */
export async function startPart(
  part: keyof typeof mains,
  env: Record<string, string>,
  nodeArgs: readonly string[] = [],
): Promise<PartProcess> {
  const child = spawn(partNode(), [...nodeArgs, mains[part]], {
    cwd: root,
    env: { ...process.env, ...freeBrokerPorts, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-100_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const gone = once(child, 'exit');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
  };
  const ready = new Promise<Record<string, string>>((resolve, reject) => {
    child.on('message', (message: { ready?: Record<string, string> }) => {
      if (message.ready) resolve(message.ready);
    });
    void gone.then(([code]) =>
      reject(new Error(`${part} ended with ${String(code)} before it was ready:\n${output}`)),
    );
  });
  return {
    child,
    address: await ready,
    output: () => output,
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

/** Runs `hearth` as a process of its own, as `npm run -s hearth --` does. */
export function hearth(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      partNode(),
      [`${root}apps/api/src/cli/hearth.ts`, ...args],
      { env: { ...process.env, ...env } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}
