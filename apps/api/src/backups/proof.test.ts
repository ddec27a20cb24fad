import { copyDatabase } from '@hearth/store';
import Database from 'better-sqlite3';
import { cp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkBackup } from './check-backup.ts';
import { listBackups } from './kept-backups.ts';
import { writeKeyFile } from './key-file.ts';
import { newIdentity } from './age-files.ts';
import { readManifest } from './manifest.ts';
import { proveBackup } from './prove-backup.ts';
import { startTestHome, type TestHome } from './test-home.ts';

let home: TestHome;
/** A good backup of it, of which each test takes a copy. */
let good: string;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  home = parts.use(await startTestHome());
  good = await home.backUp();
});
afterAll(() => parts.disposeAsync());

let number = 0;

/** A folder of backups with a copy of the good one in it. */
async function copied(): Promise<{ target: string; id: string; folder: string }> {
  const target = join(home.folder, `copies-${++number}`);
  const id = good.split('/').at(-1)!;
  await cp(good, join(target, id), { recursive: true });
  return { target, id, folder: join(target, id) };
}

const prove = (folder: string, keyFile = home.keyFile): Promise<string | null> =>
  proveBackup({ folder, keyFile, scratch: join(home.folder, 'scratch'), tell: () => {} });

test('a good backup has everything, encrypted, for this user alone, and nothing in clear text is left', async () => {
  const names = (await readdir(good, { recursive: true })).filter((name) => name.includes('.')).toSorted();
  expect(names).toEqual([
    'broker/certificates/ca.crt.age',
    'broker/certificates/ca.key.age',
    'broker/credentials.db.age',
    'broker/service-secret.age',
    'hearth.db.age',
    'manifest.json',
    'metrics-token.age',
    'payload-key.age',
    'readings.db.age',
    'verdict.json',
  ]);
  for (const name of await readdir(good, { recursive: true })) {
    const { mode } = await stat(join(good, name));
    expect(mode & 0o077).toBe(0);
    if (name.endsWith('.age'))
      expect(await readFile(join(good, name), 'latin1')).toMatch(/^age-encryption\.org\/v1\n/);
  }
  const manifest = await readManifest(good);
  expect(manifest).toMatchObject({ format: 1, hearth: '1.2.3', leftOut: [] });
  expect(manifest.readings).toMatchObject({ devices: 2, series: 4, readings: 4800 });
  expect(await readdir(home.dataDir)).not.toContain('backup-scratch');
  expect(await prove(good)).toBe(null);
  const [listed] = await listBackups(home.target);
  expect(listed).toMatchObject({ state: 'good', readings: { readings: 4800 } });
});

test.for([
  ['readings.db.age', /readings\.db\.age was changed/],
  ['hearth.db.age', /hearth\.db\.age was changed/],
  ['payload-key.age', /payload-key\.age was changed/],
  ['broker/certificates/ca.key.age', /ca\.key\.age was changed/],
] as const)(
  'one byte of %s that was changed is found, by its proof and by a look at the bytes',
  async ([name, words]) => {
    const { target, id, folder } = await copied();
    const path = join(folder, name);
    const bytes = await readFile(path);
    for (const place of [100, 180, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 4;
      await writeFile(path, changed);
      expect(await prove(folder)).toMatch(words);
    }
    expect((await listBackups(target))[0]!.state).toBe('good');
    await checkBackup(target, id, Date.now());
    expect((await listBackups(target))[0]).toMatchObject({
      state: 'red',
      problem: expect.stringMatching(words),
    });
    // What was found stays found, also when the bytes read well again.
    await writeFile(path, bytes);
    await checkBackup(target, id, Date.now());
    expect((await listBackups(target))[0]!.state).toBe('red');
  },
);

test('a file that is missing or cut short turns a backup red at the next look', async () => {
  for (const name of ['readings.db.age', 'broker/credentials.db.age', 'metrics-token.age']) {
    const { target, folder } = await copied();
    await rm(join(folder, name));
    expect(await prove(folder)).toBe(`${name} is missing`);
    expect((await listBackups(target))[0]).toMatchObject({ state: 'red', problem: `${name} is missing` });
  }
  const { target, folder } = await copied();
  await truncate(join(folder, 'readings.db.age'), 1000);
  const words = /readings\.db\.age has 1000 bytes in place of \d+/;
  expect(await prove(folder)).toMatch(words);
  expect((await listBackups(target))[0]).toMatchObject({
    state: 'red',
    problem: expect.stringMatching(words),
  });
});

test('a manifest that is missing, damaged, or names a file outside is not believed', async () => {
  const { target, folder } = await copied();
  const path = join(folder, 'manifest.json');
  const text = await readFile(path, 'utf8');
  const bad = [
    text.slice(0, -20),
    text.replace('"format": 1', '"format": 2'),
    text.replace('"name": "payload-key"', '"name": "../payload-key"'),
    text.replace(/"sha256": "./, '"sha256": "x'),
  ];
  for (const each of bad) {
    await writeFile(path, each);
    expect(await prove(folder)).toMatch(/manifest\.json .* is damaged/);
  }
  await writeFile(path, text.replace(/"readings": 4800/, '"readings": 4801'));
  expect(await prove(folder)).toMatch('readings.db has 4800 readings in place of 4801');
  await rm(path);
  expect(await prove(folder)).toMatch('manifest.json is missing');
  expect((await listBackups(target))[0]).toMatchObject({ state: 'red' });
});

test('a backup that nobody has proven is red', async () => {
  const { target, folder } = await copied();
  await rm(join(folder, 'verdict.json'));
  expect((await listBackups(target))[0]).toMatchObject({ state: 'red', problem: 'it was never proven' });
});

test('another key opens nothing, and is told from one that is mistyped', async () => {
  const other = join(home.folder, 'other-key');
  await writeKeyFile(other, await newIdentity());
  expect(await prove(good, other)).toMatch(/encrypted for the key of age1\w+, and this one is of age1\w+/);
  await writeFile(other, (await readFile(other, 'utf8')).replace(/(AGE-SECRET-KEY-1.{20})./, '$1'));
  await expect(prove(good, other)).rejects.toThrow('mistyped or cut short');
  await writeFile(other, 'hunter2');
  await expect(prove(good, other)).rejects.toThrow('no line that begins with AGE-SECRET-KEY-1');
});

test('readings that were damaged before they were copied are found, and the backup of them is kept as red', async () => {
  await using own = await startTestHome(5);
  await own.store.seal();
  const altered = join(own.folder, 'altered.db');
  await copyDatabase(own.readingsPath, altered);
  const db = new Database(altered);
  db.exec("UPDATE block SET data = CAST(data || x'00' AS BLOB)");
  db.close();
  const making = own.backUp({ parts: { readingsPath: altered } });
  await expect(making).rejects.toThrow(
    /could not be proven: readings\.db: altered of hall from 2026-.* to 2026-/,
  );
  const [red] = await listBackups(own.target);
  expect(red).toMatchObject({ state: 'red', problem: expect.stringContaining('altered of hall') });
});

test('what cannot be tried says nothing against the backup', async () => {
  const scratch = join(good, 'manifest.json', 'below-a-file');
  const trying = proveBackup({ folder: good, keyFile: home.keyFile, scratch, tell: () => {} });
  await expect(trying).rejects.toMatchObject({
    name: 'BackupError',
    message: expect.stringContaining('ENOTDIR'),
  });
});
