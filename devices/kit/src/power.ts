import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What gives a device its power and takes it. */
export interface Power extends AsyncDisposable {
  readonly isOn: boolean;
  start(): void;
  /** At once, without a warning. */
  cut(): Promise<void>;
  /** As somebody who switches it off; after a few seconds it is cut. */
  stop(): Promise<void>;
  /** A line for the device's standard input. */
  tell(line: string): void;
  /** What it printed last. */
  readonly output: string;
}

/** The process groups that run: none outlives the kit, whatever ends it. */
const groups = new Set<number>();
process.on('exit', () => {
  for (const group of groups) process.kill(-group, 'SIGKILL');
});

async function whenEnded(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  await once(child, 'exit').catch(() => {});
  if (pid !== undefined) groups.delete(pid);
}

const stopPatienceMs = 3000;
const outputMax = 4000;

/** Where and with what a device is run. */
export interface PowerOptions {
  command: string;
  /** Added to the kit's environment. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Called when it has ended, whoever ended it. */
  onEnd: () => void;
}

/** Runs a device as a command of the shell, in a process group of its own. */
export function powerOf({ command, env, cwd, onEnd }: PowerOptions): Power {
  let child: ChildProcess | null = null;
  let gone: Promise<unknown> = Promise.resolve();
  let output = '';
  const isOn = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  const send = (signal: NodeJS.Signals): void => {
    if (isOn() && child?.pid !== undefined) process.kill(-child.pid, signal);
  };
  const cut = async (): Promise<void> => {
    send('SIGKILL');
    await gone;
  };
  return {
    get isOn() {
      return isOn();
    },
    get output() {
      return output;
    },
    start() {
      const started = spawn(command, {
        shell: true,
        detached: true,
        cwd,
        env: { ...process.env, ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      child = started;
      gone = whenEnded(started).then(onEnd);
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-outputMax)));
      // A device may end while it is told something.
      started.stdin.on('error', () => {});
    },
    cut,
    async stop() {
      send('SIGTERM');
      const timer = setTimeout(send, stopPatienceMs, 'SIGKILL');
      await gone;
      clearTimeout(timer);
    },
    tell: (line) => void (isOn() && child?.stdin?.write(`${line}\n`)),
    [Symbol.asyncDispose]: cut,
  };
}
