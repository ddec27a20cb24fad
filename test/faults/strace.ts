import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { isInstalled } from '../interop/programs.ts';

/** Why processes cannot be traced here; null where they can. Some containers forbid it. */
export function straceProblem(): string | null {
  if (!isInstalled('strace')) return 'strace is not installed';
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  const probe = spawnSync('timeout', ['-s', 'INT', '1', 'strace', '-qq', '-p', String(child.pid)]);
  child.kill();
  const words = probe.stderr.toString();
  return /attach|ptrace/.test(words) ? `strace may not attach here: ${words.trim()}` : null;
}

const patienceMs = 5000;

/** A tracer that hangs on a process. */
export interface Tracing extends AsyncDisposable {
  /** Lets the process go, unharmed; resolves when it is free, or has ended. */
  detach(): Promise<void>;
}

/** Hangs strace on a running process and all its threads; resolves when it is there. */
export async function attach(pid: number, args: readonly string[]): Promise<Tracing> {
  const tracer = spawn('strace', ['-f', '-p', String(pid), ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(tracer, 'close');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    tracer.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(' attached')) resolve();
    });
    tracer.once('close', () => reject(new Error(`strace ended: ${said}`)));
  });
  const detach = async (): Promise<void> => {
    tracer.kill('SIGINT');
    // Of a process that was killed some kernels lose the end of a thread, for which strace then waits for ever.
    const impatience = setTimeout(() => tracer.kill('SIGKILL'), patienceMs);
    await ended;
    clearTimeout(impatience);
  };
  return { detach, [Symbol.asyncDispose]: detach };
}
