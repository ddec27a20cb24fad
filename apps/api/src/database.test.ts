import { StartError } from '@hearth/part';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';

const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), 'hearth-database-'));

/** The line with which opening is refused. */
function refusalIn(dataDir: string): string {
  try {
    openDatabase(dataDir).close();
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  }
  throw new Error('it was opened');
}

test('a folder in the place of hearth.db is told, and what to do with it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'hearth.db');
  mkdirSync(path);
  expect(refusalIn(folder.path)).toBe(`${path} is a folder: move it away, and a file is made in its place`);
});

test('a hearth.db that is no database is told, and what is lost without it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'hearth.db');
  writeFileSync(path, 'x'.repeat(10_000));
  expect(refusalIn(folder.path)).toBe(
    `${path} is damaged (file is not a database): restore it from a backup; with none, move it away and set Hearth up anew`,
  );
});

test('a read-only data folder is told with the file, what is wrong and what to do', async (context) => {
  await using folder = await temporaryFolder();
  openDatabase(folder.path).close();
  if (spawnSync('mount', ['--bind', folder.path, folder.path]).status !== 0)
    context.skip('a folder cannot be mounted here');
  try {
    expect(spawnSync('mount', ['-o', 'remount,ro,bind', folder.path]).status).toBe(0);
    expect(refusalIn(folder.path)).toMatch(
      /^\S+\/hearth\.db cannot be written \(EROFS: read-only file system, .+\): give this user the right to write in its folder, or set HEARTH_DATA_DIR to another one$/,
    );
  } finally {
    spawnSync('umount', ['-l', folder.path]);
  }
});
