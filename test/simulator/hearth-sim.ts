import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../devices/simulator/src/cli/hearth-sim.ts', import.meta.url));

/** Runs the command to its end, with these lines on its standard input. */
export async function hearthSim(
  argv: readonly string[],
  input = '',
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [script, ...argv]);
  child.stdin.end(input);
  const gone = once(child, 'exit') as Promise<[number | null]>;
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: (await gone)[0], stdout, stderr };
}
