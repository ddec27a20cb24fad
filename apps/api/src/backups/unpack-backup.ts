import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decryptFile } from './age-files.ts';
import { explainRefusal, FaultyBackupError } from './backup-error.ts';
import { assertThere, assertUnchanged, type ManifestFile } from './files-there.ts';
import type { Sum } from './file-sum.ts';
import type { Keys } from './key-file.ts';
import { encryptedName, type Manifest } from './manifest.ts';

/**
 * Decrypts all files of a backup into a folder, each compared with the SHA-256 that the manifest has of it.
 * @param only names of files; all of them when left out
 * @throws {FaultyBackupError} that names the first file which is missing, changed, or for another key
 * @throws {BackupError} where the folder cannot be written
 */
export async function unpackBackup(
  folder: string,
  { files, recipient }: Manifest,
  keys: Keys,
  into: string,
  only?: readonly string[],
): Promise<void> {
  if (keys.recipient !== recipient)
    throw new FaultyBackupError(
      `it was encrypted for the key of ${recipient}, and this one is of ${keys.recipient}`,
    );
  for (const file of files) {
    if (only && !only.includes(file.name)) continue;
    await assertThere(folder, file);
    await unpackFile(folder, file, keys.identity, join(into, file.name));
  }
}

async function unpackFile(folder: string, file: ManifestFile, identity: string, to: string): Promise<void> {
  const from = join(folder, encryptedName(file.name));
  let plain: Sum;
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    plain = await decryptFile(from, to, identity);
  } catch (error) {
    if (!(error instanceof FaultyBackupError)) throw explainRefusal(error, `${to} cannot be written`);
    // A byte that was changed is said as such, rather than as what the cipher makes of it.
    await assertUnchanged(folder, file);
    throw new FaultyBackupError(`${encryptedName(file.name)} cannot be decrypted: ${error.message}`, {
      cause: error,
    });
  }
  if (plain.sha256 === file.sha256) return;
  await assertUnchanged(folder, file);
  throw new FaultyBackupError(`${file.name} does not come out as it went in`);
}
