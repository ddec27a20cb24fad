import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BackupError } from './backup-error.ts';
import type { Done, FromProcess, Task } from './backup-process.ts';
import type { Step } from './steps.ts';

const program = fileURLToPath(new URL('./backup-process.ts', import.meta.url));

/** Of what the api runs with: without it, verifying takes half as long, and some 45 MB more for that while. */
const smallHeap = '--optimize-for-size';

/** As much of what a process that broke has said as helps. */
const saidMaxLength = 2000;

/**
 * Does a task in a process of its own: what is encrypted and verified there holds up nobody, and its memory goes with
 * it.
 * @throws {BackupError} where it cannot be done. @throws what the signal was aborted with; the process is gone then
 */
export async function runInProcess(
  task: Task,
  { signal, tell = () => {} }: { signal: AbortSignal; tell?: (step: Step) => void },
): Promise<Done> {
  signal.throwIfAborted();
  const child = fork(program, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: process.execArgv.filter((arg) => arg !== smallHeap),
  });
  let outcome: Exclude<FromProcess, { step: Step }> | null = null;
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-saidMaxLength)));
  child.on('message', (message: FromProcess) => {
    if ('step' in message) tell(message.step);
    else outcome = message;
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  // A process that is gone before it hears of its task: its end says all that matters.
  child.on('error', () => {});
  child.send(task);
  const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null];
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  return resultOf(outcome, `${killedBy ?? `exit code ${code}`}\n${said}`);
}

function resultOf(outcome: Exclude<FromProcess, { step: Step }> | null, ended: string): Done {
  if (outcome === null) throw new Error(`the backup's process broke: ${ended}`);
  if ('failed' in outcome) throw new BackupError(outcome.failed);
  return outcome.done;
}
