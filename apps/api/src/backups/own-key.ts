import type { BackupKey, BackupsAnswer } from '@hearth/contract';
import { existsSync } from 'node:fs';
import { BackupError } from './backup-error.ts';
import type { BackupRecords } from './backup-records.ts';
import { readIdentity } from './identity-file.ts';
import { runInProcess } from './run-process.ts';

/** The secret key was shown once, and is not shown again. */
class KeyShownError extends BackupError {
  override readonly name = 'KeyShownError';
  override readonly code = 'key-shown';
}

/** There was a key, and its file is gone: a new one would open none of the backups. */
class KeyMissingError extends BackupError {
  override readonly name = 'KeyMissingError';
  override readonly code = 'key-missing';
}

/** The key that backups are encrypted for, in the data folder. */
export interface OwnKey {
  facts(): BackupsAnswer['key'];
  /** Makes it, where there never was one. @throws {KeyMissingError} */
  keep(signal: AbortSignal): Promise<void>;
  /** The secret one, once. @throws {KeyShownError} @throws {KeyMissingError} */
  show(signal: AbortSignal): Promise<BackupKey>;
}

/** @param file it is made with the first backup, and not with the first start: that has enough to do */
export function openOwnKey(file: string, records: BackupRecords): OwnKey {
  const isShown = (): boolean =>
    records.recipient() !== null && records.shownRecipient() === records.recipient();

  async function keep(signal: AbortSignal): Promise<void> {
    if (records.recipient() === null) {
      const { recipient } = await runInProcess({ kind: 'key', file }, { signal });
      records.setRecipient(recipient!);
    }
    if (!existsSync(file))
      throw new KeyMissingError(
        `The key ${file} was taken away: put it back, or make another one with \`npm run -s hearth -- key --new\`.`,
      );
  }

  return {
    facts: () => ({ recipient: records.recipient(), isShown: isShown(), isHere: existsSync(file) }),
    keep,
    async show(signal) {
      await keep(signal);
      if (isShown())
        throw new KeyShownError(
          `It stands in ${file}, for who may read it: \`npm run -s hearth -- key\` prints it.`,
        );
      const recipient = records.recipient()!;
      const secret = await readIdentity(file);
      records.setShownRecipient(recipient);
      return { secret, recipient };
    },
  };
}
