import { copyDatabase, countReadings, type ReadingsCounts } from '@hearth/store';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encryptFile } from './age-files.ts';
import { BackupError, explainRefusal } from './backup-error.ts';
import { draftEnding } from './backup-id.ts';
import { readingsName, type Content } from './contents.ts';
import { openKeyFile } from './key-file.ts';
import { encryptedName, writeManifest, type Manifest } from './manifest.ts';
import { proveBackup } from './prove-backup.ts';
import { writeVerdict } from './verdict.ts';
import { sweep, syncFolder } from './whole-file.ts';
import type { Step } from './steps.ts';

/** One backup, as it is to be made. */
export interface BackupPlan {
  id: string;
  at: number;
  hearth: string;
  contents: readonly Content[];
  leftOut: readonly string[];
  /** Where the backups are. */
  target: string;
  /** A folder beside the data, for copies in clear text; it is removed. */
  scratch: string;
  keyFile: string;
}

/**
 * Makes a backup, restores it into the scratch folder and compares it. Until then its folder has another name: one that
 * was cut short is never taken for a backup. One that was made and cannot be proven is kept as red: it may hold what
 * nothing else does.
 * @returns the public key that it is encrypted for, and why it is red; null for a good one
 * @throws {BackupError} where none was made
 */
export async function makeBackup(
  plan: BackupPlan,
  tell: (step: Step) => void,
): Promise<{ recipient: string; problem: string | null }> {
  const startedAt = performance.now();
  const { target, id, keyFile, scratch } = plan;
  const draft = join(target, `${id}${draftEnding}`);
  const folder = join(target, id);
  try {
    const { recipient } = await openKeyFile(keyFile);
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { mode: 0o700 });
    await mkdir(draft, { mode: 0o700 });
    tell('copying');
    const manifest = await fill(draft, plan, recipient);
    const problem = await proveBackup({ folder: draft, keyFile, scratch, tell });
    const tookMs = Math.round(performance.now() - startedAt);
    const at = plan.at + tookMs;
    await writeVerdict(draft, { at, tookMs, ...(problem !== null && { problem }) });
    await syncFolders(draft, manifest);
    await rename(draft, folder);
    await syncFolder(target);
    return { recipient, problem };
  } catch (error) {
    throw explainRefusal(error, `the backup could not be written to ${target}`);
  } finally {
    await sweep(scratch);
    await sweep(draft);
  }
}

async function fill(draft: string, plan: BackupPlan, recipient: string): Promise<Manifest> {
  const { at, hearth, contents, leftOut, scratch } = plan;
  const files: Manifest['files'] = [];
  let readings: ReadingsCounts | null = null;
  for (const content of contents) {
    const { name, sha256 } = content;
    const from = content.isLive ? join(scratch, name) : content.from;
    if (content.isLive) await copyDatabase(content.from, from);
    if (name === readingsName) readings = countReadings(from);
    const to = join(draft, encryptedName(name));
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const { plain, encrypted } = await encryptFile(from, to, recipient);
    if (sha256 !== undefined && plain.sha256 !== sha256)
      throw new BackupError(`${content.from} is not what the broker wrote: is its data folder another one?`);
    files.push({ name, ...plain, encrypted });
    if (content.isLive) await rm(from);
  }
  const manifest: Manifest = { format: 1, hearth, at, recipient, files, readings, leftOut: [...leftOut] };
  await writeManifest(draft, manifest);
  return manifest;
}

async function syncFolders(draft: string, { files }: Manifest): Promise<void> {
  const folders = new Set(files.map(({ name }) => dirname(join(draft, name))));
  for (const folder of [...folders, draft]) await syncFolder(folder);
}
