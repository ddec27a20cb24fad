import { openStore } from '@hearth/store';
import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startApi } from '../api.ts';
import { config } from '../config.ts';
import { readConfig } from '@hearth/part';
import { openDatabase } from '../database.ts';
import { newIdentity } from './age-files.ts';
import { writeKeyFile } from './key-file.ts';
import { halfRestored } from './offer-backup.ts';
import { restoreBackup, type Restored, type RestorePlan } from './restore-backup.ts';
import { minuteOf, mountTmpfs, startTestHome, type TestHome } from './test-home.ts';

/** Restores a backup of the home into a folder of another machine. */
function restoreInto(home: TestHome, folder: string, more: Partial<RestorePlan> = {}): Promise<Restored> {
  const dataDir = more.dataDir ?? join(home.folder, 'elsewhere');
  const plan = {
    folder,
    keyFile: home.keyFile,
    dataDir,
    readingsPath: join(dataDir, 'readings.db'),
    only: null,
    isReplacing: false,
    ...more,
  };
  return restoreBackup(plan, () => {});
}

async function readingsIn(path: string, device = 'hall'): Promise<number> {
  await using store = await openStore({ path });
  return (await store.raw({ device, quantity: 'power', from: 0, to: 4e12 })).at.length;
}

test('a backup is restored into a folder that is not there yet, with the key that opens the next ones', async () => {
  await using home = await startTestHome();
  const { names, aside } = await restoreInto(home, await home.backUp());
  const elsewhere = join(home.folder, 'elsewhere');
  expect(aside).toEqual([]);
  expect(names).toContain('broker/certificates/ca.key');
  expect((await readdir(elsewhere)).toSorted()).toEqual([
    'backup-key',
    'broker',
    'hearth.db',
    'metrics-token',
    'payload-key',
    'readings.db',
    'readings.db.lock',
  ]);
  for (const name of ['payload-key', 'broker/service-secret', 'broker/certificates/ca.key', 'metrics-token'])
    expect(await readFile(join(elsewhere, name))).toEqual(await readFile(join(home.dataDir, name)));
  for (const name of await readdir(elsewhere, { recursive: true }))
    if (!name.endsWith('.lock')) expect((await stat(join(elsewhere, name))).mode & 0o077).toBe(0);
  expect(await readFile(join(elsewhere, 'backup-key'), 'utf8')).toBe(await readFile(home.keyFile, 'utf8'));
  const credentials = new Database(join(elsewhere, 'broker/credentials.db'));
  expect(credentials.prepare('SELECT count(*) AS count FROM credential').get()).toEqual({ count: 2 });
  credentials.close();
  expect(await readingsIn(join(elsewhere, 'readings.db'))).toBe(1200);
});

test('a data folder that has something is refused, and with leave it is set aside, not deleted', async () => {
  await using home = await startTestHome();
  const folder = await home.backUp();
  const elsewhere = join(home.folder, 'elsewhere');
  await mkdir(join(elsewhere, 'backups'), { recursive: true });
  await mkdir(join(elsewhere, 'broker'));
  await writeFile(join(elsewhere, 'broker/service-secret'), 'former');
  openDatabase(elsewhere).close();
  await expect(restoreInto(home, folder)).rejects.toThrow(
    `${elsewhere} is not empty (broker, hearth.db): with --replace, what is there is set aside`,
  );
  expect(await readFile(join(elsewhere, 'broker/service-secret'), 'utf8')).toBe('former');

  const { aside } = await restoreInto(home, folder, { isReplacing: true });
  expect(aside).toEqual([expect.stringMatching(/elsewhere\/set-aside-2/)]);
  expect(await readFile(join(aside[0]!, 'broker/service-secret'), 'utf8')).toBe('former');
  expect(await readFile(join(elsewhere, 'broker/service-secret'), 'utf8')).toBe(
    'secret of broker/service-secret',
  );
  expect(existsSync(join(elsewhere, 'backups'))).toBe(true);
});

test('while Hearth runs on the folder nothing is restored into it', async () => {
  await using home = await startTestHome();
  const folder = await home.backUp();
  const here = { dataDir: home.dataDir, isReplacing: true };
  await expect(restoreInto(home, folder, here)).rejects.toThrow(
    `Hearth runs on ${home.dataDir}: stop Hearth first`,
  );
  const broker = new Database(join(home.dataDir, 'broker/credentials.db'));
  broker.pragma('locking_mode = EXCLUSIVE');
  broker.exec('BEGIN EXCLUSIVE');
  await expect(restoreInto(home, folder, here)).rejects.toThrow(
    `a broker runs on ${home.dataDir}: stop Hearth first`,
  );
  broker.close();
});

test('what is not good, or for another key, is not put in place, and leaves nothing', async () => {
  await using home = await startTestHome();
  const folder = await home.backUp();
  const other = join(home.folder, 'other-key');
  await writeKeyFile(other, await newIdentity());
  await expect(restoreInto(home, folder, { keyFile: other })).rejects.toThrow('encrypted for the key of');
  const path = join(folder, 'hearth.db.age');
  const bytes = await readFile(path);
  bytes[1000]! ^= 1;
  await writeFile(path, bytes);
  await expect(restoreInto(home, folder)).rejects.toThrow('hearth.db.age was changed');
  await expect(restoreInto(home, folder, { only: ['hearth'] })).rejects.toThrow(
    'there is no hearth in this backup',
  );
  const left = (await readdir(join(home.folder, 'elsewhere'))).filter((name) => !name.includes('.lock'));
  expect(left).toEqual([]);
});

test('a disk without room is told before anything is decrypted', async (context) => {
  await using home = await startTestHome();
  const folder = await home.backUp();
  const elsewhere = join(home.folder, 'elsewhere');
  await mkdir(elsewhere);
  await using disk = mountTmpfs(elsewhere, 'size=1m');
  if (!disk) context.skip('a tmpfs cannot be mounted here');
  await expect(restoreInto(home, folder)).rejects.toThrow(/there is no room: 1\.0 MB are free/);
});

test('readings alone take the place of damaged ones, and what came since is in the journal still', async () => {
  let folder: string;
  await using home = await startTestHome();
  folder = await home.backUp();
  await home.store.append(minuteOf('hall', 20));
  await home.store.seal();
  await home.store.append(minuteOf('hall', 21));
  await home.store.close();
  await writeFile(home.readingsPath, 'x'.repeat(100_000));
  const env = { HEARTH_DATA_DIR: home.dataDir, HEARTH_BACKUP_DIR: home.target, HEARTH_HTTP_PORT: '0' };
  const start = () => startApi(readConfig(config, env), pino({ level: 'silent' }));
  await expect(start()).rejects.toThrow(
    `${home.readingsPath} is damaged (file is not a database): \`npm run -s hearth -- restore ${folder} --only readings.db\` sets it aside and puts the newest good backup in its place`,
  );

  const here = { dataDir: home.dataDir, readingsPath: home.readingsPath, only: ['readings.db'] };
  const { aside } = await restoreInto(home, folder, here);
  expect(await readFile(join(aside[0]!, 'readings.db'), 'utf8')).toContain('xxx');
  expect(await readFile(join(home.dataDir, 'payload-key'), 'utf8')).toBe('secret of payload-key');
  expect(await readingsIn(home.readingsPath)).toBe(1320);
});

test('after a restore that was cut short amid its renames nothing starts, until it is done again', async () => {
  await using home = await startTestHome();
  const folder = await home.backUp();
  const elsewhere = join(home.folder, 'elsewhere');
  await mkdir(join(elsewhere, halfRestored), { recursive: true });
  await writeFile(join(elsewhere, 'hearth.db'), 'one of two lives');
  const start = () => startApi(readConfig(config, { HEARTH_DATA_DIR: elsewhere }), pino({ level: 'silent' }));
  await expect(start()).rejects.toThrow(`a restore into ${elsewhere} was cut short`);
  await restoreInto(home, folder, { isReplacing: true });
  expect(existsSync(join(elsewhere, halfRestored))).toBe(false);
  expect(await readingsIn(join(elsewhere, 'readings.db'))).toBe(1200);
});

test('readings that are kept on another disk are restored there', async (context) => {
  await using home = await startTestHome();
  const folder = await home.backUp();
  const other = join(home.folder, 'other-disk');
  await mkdir(other);
  await using disk = mountTmpfs(other, 'size=20m');
  if (!disk) context.skip('a tmpfs cannot be mounted here');
  const readingsPath = join(other, 'readings.db');
  await restoreInto(home, folder, { readingsPath });
  expect(await readingsIn(readingsPath)).toBe(1200);
  expect(existsSync(join(home.folder, 'elsewhere/readings.db'))).toBe(false);
  const { aside } = await restoreInto(home, folder, { readingsPath, isReplacing: true });
  expect(aside.map((place) => place.split('/').at(-2))).toEqual(['elsewhere', 'other-disk']);
});
