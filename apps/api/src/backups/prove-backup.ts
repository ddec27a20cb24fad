import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explainRefusal, FaultyBackupError } from './backup-error.ts';
import { inspectRestored } from './inspect-restored.ts';
import { openKeyFile } from './key-file.ts';
import { readManifest } from './manifest.ts';
import type { Step } from './steps.ts';
import { unpackBackup } from './unpack-backup.ts';
import { sweep } from './whole-file.ts';

/**
 * Restores a backup into a scratch folder, compares all of it with what its manifest says, and removes it again.
 * @returns why it is not good, null for a good one
 * @throws {BackupError} where it could not be tried: the disk is full, say
 */
export async function proveBackup(parts: {
  folder: string;
  keyFile: string;
  scratch: string;
  tell: (step: Step) => void;
}): Promise<string | null> {
  const { folder, keyFile, scratch, tell } = parts;
  const into = join(scratch, 'restored');
  try {
    await rm(into, { recursive: true, force: true });
    await mkdir(into, { recursive: true, mode: 0o700 });
    const keys = await openKeyFile(keyFile);
    const manifest = await readManifest(folder);
    tell('restoring');
    await unpackBackup(folder, manifest, keys, into);
    tell('verifying');
    inspectRestored(into, manifest);
    return null;
  } catch (error) {
    const explained = explainRefusal(error, `the backup could not be restored into ${scratch}`);
    if (explained instanceof FaultyBackupError) return explained.message;
    throw explained;
  } finally {
    await sweep(into);
  }
}
