import { getPriority, setPriority } from 'node:os';
import { BackupError } from './backup-error.ts';
import { checkBackup } from './check-backup.ts';
import { keepKeyFile } from './key-file.ts';
import { makeBackup, type BackupPlan } from './make-backup.ts';
import type { Step } from './steps.ts';

/** What this process is for: one task, then it ends. */
export type Task =
  | { kind: 'make'; plan: BackupPlan }
  | { kind: 'check'; target: string; id: string; now: number }
  | { kind: 'key'; file: string };

/** What a task gives: why the backup that was made is red, and the public key. */
export interface Done {
  problem?: string | null;
  recipient?: string;
}

/** To the api: where it is, then what came of the task. */
export type FromProcess = { step: Step } | { done: Done } | { failed: string };

/** Readings and people come first: this takes what the processor has left. */
const niceness = 15;

const send = (message: FromProcess): Promise<void> =>
  new Promise((resolve, reject) =>
    process.send!(message, (error: Error | null) => (error ? reject(error) : resolve())),
  );

async function work(task: Task): Promise<Done> {
  if (task.kind === 'key') return { recipient: (await keepKeyFile(task.file)).recipient };
  if (task.kind === 'check') {
    await checkBackup(task.target, task.id, task.now);
    return {};
  }
  return makeBackup(task.plan, (step) => void send({ step }));
}

async function serve(task: Task): Promise<void> {
  try {
    await send({ done: await work(task) });
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    await send({ failed: error.message });
  }
  process.disconnect();
}

process.umask(0o077);
// The way back is not for everybody.
if (getPriority() < niceness) setPriority(niceness);
// Without the api there is nobody to prove it to.
process.on('disconnect', () => process.exit());
process.once('message', (task: Task) => void serve(task));
