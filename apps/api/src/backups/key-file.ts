import { existsSync } from 'node:fs';
import { newIdentity, recipientOf } from './age-files.ts';
import { BackupError, explainRefusal } from './backup-error.ts';
import { readIdentity } from './identity-file.ts';
import { writeWhole } from './whole-file.ts';

/** The secret key and the public one that belongs to it. */
export interface Keys {
  identity: string;
  recipient: string;
}

/** Reads a file of age's keys. @throws {BackupError} where there is none that can be used */
export async function openKeyFile(path: string): Promise<Keys> {
  const identity = await readIdentity(path);
  try {
    return { identity, recipient: await recipientOf(identity) };
  } catch (error) {
    throw new BackupError(`the key in ${path} is mistyped or cut short`, { cause: error });
  }
}

/** Reads the key of the file, which is made where it is missing. @throws {BackupError} */
export async function keepKeyFile(path: string): Promise<Keys> {
  if (!existsSync(path)) await writeKeyFile(path, await newIdentity());
  return openKeyFile(path);
}

/** Writes a key as `age-keygen` does, for this user alone. @throws {BackupError} */
export async function writeKeyFile(path: string, identity: string): Promise<void> {
  const recipient = await recipientOf(identity);
  try {
    await writeWhole(path, `# opens the backups of Hearth\n# public key: ${recipient}\n${identity}\n`);
  } catch (error) {
    throw explainRefusal(error, `the key ${path} cannot be written`);
  }
}
