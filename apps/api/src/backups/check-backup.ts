import { join } from 'node:path';
import { FaultyBackupError } from './backup-error.ts';
import { assertUnchanged } from './files-there.ts';
import { readManifest } from './manifest.ts';
import { readVerdict, writeVerdict } from './verdict.ts';

/**
 * Reads all bytes of a backup again and compares them with its manifest; what is found is its verdict from now on.
 * @throws {BackupError} where they cannot be read
 */
export async function checkBackup(target: string, id: string, now: number): Promise<void> {
  const folder = join(target, id);
  const before = await readVerdict(folder);
  // Bytes that are as they were written do not prove what could not be proven then.
  if (!before || before.problem !== undefined) return;
  let problem: string | undefined;
  try {
    for (const file of (await readManifest(folder)).files) await assertUnchanged(folder, file);
  } catch (error) {
    if (!(error instanceof FaultyBackupError)) throw error;
    problem = error.message;
  }
  await writeVerdict(folder, { at: now, tookMs: before.tookMs, ...(problem !== undefined && { problem }) });
}
