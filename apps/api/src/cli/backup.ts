import type { Backup, BackupsAnswer } from '@hearth/contract';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { newIdentity } from '../backups/age-files.ts';
import { BackupError } from '../backups/backup-error.ts';
import { keyFileIn } from '../backups/contents.ts';
import { listBackups } from '../backups/kept-backups.ts';
import { openKeyFile, writeKeyFile } from '../backups/key-file.ts';
import { megabytes } from '../backups/room.ts';
import { ApiError, findApi } from './ask-api.ts';
import type { Outcome, Workplace } from './outcome.ts';

const lookMs = 300;

const stepWords: Record<NonNullable<BackupsAnswer['running']>['step'], string> = {
  sealing: 'sealing readings',
  copying: 'copying and encrypting',
  restoring: 'restoring it for proof',
  verifying: 'verifying what came out',
  clearing: 'looking at the older ones',
};

/** Has the running api make a backup, and waits for its proof. @throws {ApiError} */
export async function makeOne({ dataDir, tell }: Workplace): Promise<Outcome> {
  const api = await findApi(dataDir);
  if (!api)
    throw new ApiError(
      `Hearth does not run on ${dataDir}: start it, or copy the folder while it stands still`,
    );
  let answer = await api.ask('makeBackup');
  for (let step = ''; answer.running; answer = await api.ask('backups')) {
    if (step !== answer.running.step) tell(stepWords[answer.running.step]);
    step = answer.running.step;
    await pause(lookMs);
  }
  const isGood = answer.state === 'good';
  return { text: `${answer.words}\n`, json: answer, isGood };
}

/** All backups, from the running api or from their folder. @throws {ApiError} @throws {BackupError} */
export async function listAll({ dataDir, target }: Workplace): Promise<Outcome> {
  const api = await findApi(dataDir);
  if (!api) {
    const backups = await listBackups(target);
    const isGood = backups.some(({ state }) => state === 'good');
    return {
      text: `${tableOf(backups)}In ${target}. Hearth does not run.\n`,
      json: { folder: target, backups },
      isGood,
    };
  }
  const answer = await api.ask('backups');
  const { state, words, folder, nextAt, backups } = answer;
  const next = nextAt === null ? '' : ` The next one is made at ${instant(nextAt)}.`;
  return {
    text: `${tableOf(backups)}In ${folder}.${next}\n${words}\n`,
    json: answer,
    isGood: state !== 'red',
  };
}

/** The secret key of the data folder, or another one where it was taken away. @throws {BackupError} */
export async function tellKey({ dataDir }: Workplace, isNew: boolean): Promise<Outcome> {
  const file = keyFileIn(dataDir);
  if (isNew && existsSync(file)) throw new BackupError(`there is a key in ${file}: move it away first`);
  if (isNew) await writeKeyFile(file, await newIdentity());
  const { identity, recipient } = await openKeyFile(file);
  return {
    // As a whole it is a file of age's keys.
    text: `# Opens the backups of Hearth. Whoever has it can read all of them; without it, nobody can.\n# Keep it where this disk is not. public key: ${recipient}\n${identity}\n`,
    json: { secret: identity, recipient },
    isGood: true,
  };
}

function tableOf(backups: readonly Backup[]): string {
  if (backups.length === 0) return 'There are no backups.\n';
  return backups
    .map(({ id, state, bytes, readings, problem }) => {
      const what = readings ? `${readings.readings.toLocaleString('en')} readings` : 'no readings';
      return `${id}  ${state.padEnd(4)}  ${megabytes(bytes).padStart(8)}  ${what}${problem ? `  ${problem}` : ''}\n`;
    })
    .join('');
}

const instant = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
