import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** A program of somebody else that serves until it is disposed of; its signal is the one that it closes its files at. */
export interface Server extends AsyncDisposable {
  readonly pid: number;
  /** What it said last. */
  output(): string;
  /** Rejects when it ends by itself. */
  readonly gone: Promise<never>;
}

interface ServerOptions {
  signal?: NodeJS.Signals;
  /** As whom it runs, where this process is root and the program refuses to be. */
  user?: Owner | undefined;
}

/** A user of this machine. */
export interface Owner {
  uid: number;
  gid: number;
}

/** The user of this name; undefined where this process cannot become it. */
export function findOwner(name: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = ['-u', '-g'].map((what) =>
    Number(spawnSync('id', [what, name]).stdout.toString() || NaN),
  );
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid: uid!, gid: gid! } : undefined;
}

/** Starts a program; whoever calls waits until it answers. */
export function startServer(
  program: string,
  args: readonly string[],
  { signal = 'SIGTERM', user }: ServerOptions = {},
): Server {
  const child = spawn(program, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...user });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-5000)));
  const ended = once(child, 'close');
  const gone = ended.then(
    ([code]): never => {
      throw new Error(`${program} ended with ${String(code)}:\n${output}`);
    },
    (error: unknown): never => {
      throw new Error(`${program} could not be started`, { cause: error });
    },
  );
  gone.catch(() => undefined);
  // Whatever ends this process, its servers end too.
  const kill = (): void => void child.kill('SIGKILL');
  process.prependOnceListener('exit', kill);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    gone,
    async [Symbol.asyncDispose]() {
      child.kill(signal);
      await gone.catch(() => undefined);
      process.off('exit', kill);
    },
  };
}
