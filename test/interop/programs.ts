import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Whether a program can be run here. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/**
 * A Python that has paho-mqtt, and these modules besides; null where there is none. Debian's own may be another
 * than the first in PATH.
 */
export function findPahoPython(...modules: string[]): string | null {
  const imports = ['paho.mqtt.client', ...modules].map((module) => `import ${module}`).join('\n');
  const found = ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', imports]).status === 0,
  );
  return found ?? null;
}

/**
 * Says on the terminal, and in the name of the suite, that tests are skipped and why.
 * @param reasons what is missing; null for what is there
 */
export function skipReason(...reasons: (string | null)[]): { isSkipped: boolean; note: string } {
  const missing = reasons.filter((reason) => reason !== null).join(', ');
  if (missing) console.log(`skipped: ${missing}`);
  return { isSkipped: missing !== '', note: missing && ` (skipped: ${missing})` };
}

/** A program that ran to its end. */
export interface Ended {
  code: number | null;
  output: string;
}

/** A program that runs; disposing kills it and what it started. */
export interface Program extends AsyncDisposable {
  /** Its standard output and error so far. */
  output(): string;
  /** A line for its standard input, where it has one; null ends that. */
  say(line: string | null): void;
  ended: Promise<Ended>;
  /** To it and what it started; resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program in a process group of its own. */
export function start(
  program: string,
  args: readonly string[],
  options: { env?: Record<string, string>; cwd?: string; hasInput?: boolean } = {},
): Program {
  const child: ChildProcess = spawn(program, args, {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdio: [options.hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-50_000)));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, output }));
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.pid) process.kill(-child.pid, signal);
    await ended;
  };
  const say = (line: string | null): void =>
    void (line === null ? child.stdin?.end() : child.stdin?.write(`${line}\n`));
  return { output: () => output, say, ended, kill, [Symbol.asyncDispose]: () => kill('SIGKILL') };
}

/** Runs a program to its end. */
export async function run(program: string, args: readonly string[]): Promise<Ended> {
  await using running = start(program, args);
  return await running.ended;
}
