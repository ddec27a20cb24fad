import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { explainRefusal, FaultyBackupError } from './backup-error.ts';
import { sumOf } from './file-sum.ts';
import { encryptedName, type Manifest } from './manifest.ts';

/** A file as the manifest has it. */
export type ManifestFile = Manifest['files'][number];

/** A look at names and sizes, which costs nothing. @throws {FaultyBackupError} @throws {BackupError} */
export async function assertThere(folder: string, { name, encrypted }: ManifestFile): Promise<void> {
  const path = join(folder, encryptedName(name));
  let bytes: number;
  try {
    bytes = (await stat(path)).size;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT')
      throw new FaultyBackupError(`${encryptedName(name)} is missing`, { cause: error });
    throw explainRefusal(error, `${path} cannot be read`);
  }
  if (bytes !== encrypted.bytes)
    throw new FaultyBackupError(`${encryptedName(name)} has ${bytes} bytes in place of ${encrypted.bytes}`);
}

/** Compares the encrypted bytes with the SHA-256 of the manifest. @throws {FaultyBackupError} @throws {BackupError} */
export async function assertUnchanged(folder: string, file: ManifestFile): Promise<void> {
  await assertThere(folder, file);
  const path = join(folder, encryptedName(file.name));
  const { sha256 } = await sumOf(path).catch((error: unknown) => {
    throw explainRefusal(error, `${path} cannot be read`);
  });
  if (sha256 !== file.encrypted.sha256)
    throw new FaultyBackupError(
      `${encryptedName(file.name)} was changed: its SHA-256 is not that of the manifest`,
    );
}
