import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from './whole-file.ts';

const asidePrefix = 'set-aside-';

/** What a restore leaves where it is: backups, logs, what was set aside before, locks, and its own folders. */
const isLeft = (name: string): boolean =>
  ['backups', 'logs', 'backup-scratch', 'restoring', 'restored-in-part', 'lost+found'].includes(name) ||
  name.startsWith(asidePrefix) ||
  /\.lock(-journal)?$/.test(name);

/** The names in a data folder that a whole restore takes the place of. */
export async function occupants(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => !isLeft(name)).toSorted();
}

/** A database and what SQLite keeps beside it. */
export const sidesOf = (path: string): string[] =>
  ['', '-wal', '-shm', '-journal'].map((side) => `${path}${side}`);

/** Moves those that are there into a folder named after the instant; gives that, or null where none is. */
export async function setAside(paths: readonly string[], folder: string, at: Date): Promise<string | null> {
  const there = paths.filter((path) => existsSync(path));
  if (there.length === 0) return null;
  const aside = join(folder, `${asidePrefix}${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z`);
  await mkdir(aside, { recursive: true, mode: 0o700 });
  for (const path of there) await rename(path, join(aside, basename(path)));
  await syncFolder(aside);
  return aside;
}

/** Moves a file, to another disk too; it is never there in part. */
export async function placeFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EXDEV') throw error;
    const draft = `${to}.new`;
    await copyFile(from, draft);
    const copied = await open(draft, 'r');
    await copied.sync();
    await copied.close();
    await rename(draft, to);
    await rm(from);
  }
  await syncFolder(dirname(to));
}
