import type { Backup } from '@hearth/contract';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explainRefusal } from './backup-error.ts';
import { draftEnding, instantOf, isBackupId } from './backup-id.ts';
import { assertThere } from './files-there.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { readVerdict } from './verdict.ts';

/**
 * The backups in a folder, newest first: good where the verdict is, and all files are there in their sizes.
 * @throws {BackupError} where the folder cannot be read
 */
export async function listBackups(target: string): Promise<Backup[]> {
  let names: string[];
  try {
    names = await readdir(target);
  } catch (error) {
    throw explainRefusal(error, `the backups in ${target} cannot be read`);
  }
  const ids = names.filter(isBackupId).toSorted().toReversed();
  return Promise.all(ids.map((id) => lookAt(target, id)));
}

async function lookAt(target: string, id: string): Promise<Backup> {
  const folder = join(target, id);
  const verdict = await readVerdict(folder);
  const [manifest, fault] = await readThere(folder);
  const problem = verdict === null ? 'it was never proven' : (verdict.problem ?? fault);
  return {
    id,
    at: instantOf(id),
    state: problem === null ? 'good' : 'red',
    ...(problem !== null && { problem }),
    bytes: manifest?.files.reduce((sum, { encrypted }) => sum + encrypted.bytes, 0) ?? 0,
    tookMs: verdict?.tookMs ?? 0,
    checkedAt: verdict?.at ?? null,
    readings: manifest?.readings ?? null,
    leftOut: manifest?.leftOut ?? [],
  };
}

async function readThere(folder: string): Promise<[Manifest | null, fault: string | null]> {
  let manifest: Manifest | null = null;
  try {
    manifest = await readManifest(folder);
    for (const file of manifest.files) await assertThere(folder, file);
    return [manifest, null];
  } catch (error) {
    return [manifest, (error as Error).message];
  }
}

/** Under another name first, so that what was removed in part is no backup. @throws the system's error */
export async function removeBackup(target: string, id: string): Promise<void> {
  const draft = join(target, `${id}${draftEnding}`);
  await rename(join(target, id), draft);
  await rm(draft, { recursive: true, force: true });
}

/** Removes what was cut short. @throws the system's error */
export async function clearDrafts(target: string): Promise<void> {
  for (const name of await readdir(target))
    if (name.endsWith(draftEnding) && isBackupId(name.slice(0, -draftEnding.length)))
      await rm(join(target, name), { recursive: true, force: true });
}
