import { KitLine } from '@hearth/contract';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Compile } from 'typebox/compile';

const root = resolve(import.meta.dirname, '../../../..');
/** The kit, a program of its own: parts share no code but the contract. */
export const kitProgram = join(root, 'devices/kit/src/cli/hearth-kit.ts');

/** A run of an hour keeps some 10 MB; whoever floods it ends the kit, and nothing else. */
const heapMaxMb = 256;
/** As much of what it said beside its lines as helps to find out why it broke. */
const saidMaxLength = 2000;
/** A kit that was told to leave is gone by then, or killed. ms */
const leavePatienceMs = 3000;

const lines = Compile(KitLine);

/** A running kit. */
export interface KitProcess {
  answer(isDone: boolean): void;
  /** Ends it; resolves when it is gone. */
  end(): Promise<void>;
  /** Resolves when it is gone, by itself or not: how it ended, and what it said last beside its lines. */
  readonly gone: Promise<{ ended: string; said: string }>;
}

/**
 * Starts the kit for a network that anybody may speak in: it reads its own code and `folder`, writes there alone, starts
 * no process, and has nothing of our environment.
 */
export function startKit(
  { folder, scratch }: { folder: string; scratch: string },
  args: readonly string[],
  onLine: (line: KitLine) => void,
): KitProcess {
  const readable = [
    ...['devices', 'packages', 'node_modules', 'package.json'].map((name) => join(root, name)),
    folder,
  ];
  const nodeArgs = [
    `--max-old-space-size=${heapMaxMb}`,
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${folder}`,
  ];
  const child = spawn(process.execPath, [...nodeArgs, kitProgram, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], TMPDIR: scratch },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  const note = (text: string): void => void (said = (said + text).slice(-saidMaxLength));
  child.stderr.on('data', (chunk: Buffer) => note(chunk.toString()));
  // It may end while it is told something, or not begin: its end says all that matters.
  child.stdin.on('error', () => {});
  child.on('error', (error) => note(error.message));
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = read(text);
    if (line) onLine(line);
    else note(`${text}\n`);
  });
  const gone = once(child, 'close').then(([code, signal]) => ({
    ended: signal === null ? `exit code ${String(code)}` : String(signal),
    said,
  }));
  return {
    gone,
    answer: (isDone) => void child.stdin.write(isDone ? 'done\n' : 'cannot\n'),
    async end() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), leavePatienceMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

function read(text: string): KitLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return lines.Check(line) ? line : null;
  } catch {
    return null;
  }
}
