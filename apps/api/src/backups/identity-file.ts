import { readFile } from 'node:fs/promises';
import { BackupError, explainRefusal } from './backup-error.ts';

/**
 * The first secret key in a file as `age-keygen` writes it.
 * @throws {BackupError} where there is none
 */
export async function readIdentity(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw explainRefusal(error, `the key ${path} cannot be read`);
  }
  const identity = /^AGE-SECRET-KEY-1[0-9A-Z]+\s*$/m.exec(text)?.[0]?.trim();
  if (identity === undefined) throw new BackupError(`${path} has no line that begins with AGE-SECRET-KEY-1`);
  return identity;
}
