import { spawnSync } from 'node:child_process';
import { mkdtempDisposable, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore, StoreOpenError, StoreWriteError, type Arrival } from './store.ts';

const base = 1_795_363_200_000;
const hall = { device: 'hall', from: 0, to: 2 * base } as const;

function batchOf(length: number, firstSeq: number): Arrival[] {
  return Array.from({ length }, (_, i) => {
    const at = base + (firstSeq + i) * 1000;
    const values = { temperature: 20 + Math.sin(i), power: 800 + Math.cos(i) };
    return { device: 'hall', key: { boot: 1, seq: firstSeq + i }, at, receivedAt: at, isLate: false, values };
  });
}

/** A file system of its own, so that it can be full or read-only. Null where mounting is not allowed. */
function mountTmpfs(path: string, options: string): AsyncDisposable | null {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status !== 0) return null;
  return {
    async [Symbol.asyncDispose]() {
      expect(spawnSync('umount', [path]).status).toBe(0);
    },
  };
}

test('a full disk refuses whole batches with its code, and writing goes on when there is room', async (context) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  await using disk = mountTmpfs(folder.path, 'size=2m');
  if (!disk) context.skip('a tmpfs cannot be mounted here');
  await using store = await openStore({ path: join(folder.path, 'readings.db') });
  const ballast = join(folder.path, 'ballast');
  await writeFile(ballast, Buffer.alloc(500_000));

  let seq = 1;
  let stored = 0;
  let refused: unknown = null;
  while (refused === null) {
    const batches = [batchOf(100, seq), batchOf(100, seq + 100)];
    const results = await Promise.allSettled(batches.map((batch) => store.append(batch)));
    refused = results.find((result) => result.status === 'rejected')?.reason ?? null;
    stored += results.filter((result) => result.status === 'fulfilled').length * 100;
    seq += 200;
  }
  expect(refused).toBeInstanceOf(StoreWriteError);
  expect(refused).toMatchObject({ code: 'ENOSPC' });
  expect(store.state()).toMatchObject({ isWritable: false, problem: expect.stringContaining('ENOSPC') });
  expect((await store.raw({ ...hall, quantity: 'temperature' })).at).toHaveLength(stored);

  await rm(ballast);
  const again = [...batchOf(100, seq - 200), ...batchOf(100, seq - 100), ...batchOf(100, seq)];
  const fates = await store.append(again);
  expect(store.state()).toMatchObject({ isWritable: true });
  expect((await store.raw({ ...hall, quantity: 'power' })).at).toHaveLength(
    stored + fates.filter((fate) => fate === 'stored').length,
  );
  expect(await store.progress()).toMatchObject([{ seq: seq + 99, missing: 0 }]);
});

test('a folder that cannot be made or written is refused with the code of the system', async (context) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  await writeFile(join(folder.path, 'file'), '');
  const opening = openStore({ path: join(folder.path, 'file', 'readings.db') });
  await expect(opening).rejects.toMatchObject({ name: 'StoreOpenError', code: 'SQLITE_CANTOPEN' });

  await using disk = mountTmpfs(folder.path, 'ro,size=1m');
  if (!disk) context.skip('a tmpfs cannot be mounted here');
  const made = openStore({ path: join(folder.path, 'data', 'readings.db') });
  await expect(made).rejects.toMatchObject({ name: 'StoreOpenError', code: 'EROFS' });
  const written = openStore({ path: join(folder.path, 'readings.db') });
  await expect(written).rejects.toMatchObject({ name: 'StoreOpenError', code: 'SQLITE_CANTOPEN' });
});

test('a second store on the same file is refused while the first has it open', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path });
  const second = openStore({ path });
  await expect(second).rejects.toMatchObject({ name: 'StoreOpenError', code: 'in-use' });
  await store.close();
  await using third = await openStore({ path });
  expect(await third.latest()).toEqual([]);
});

/** A database with some thousand readings, closed in order. */
async function filledDatabase(path: string): Promise<void> {
  await using store = await openStore({ path });
  await store.append(batchOf(5000, 1));
  await store.seal();
}

test.for([
  { damage: 'with other bytes at its head', code: 'SQLITE_NOTADB', at: 0 },
  { damage: 'with other bytes amid its pages', code: 'SQLITE_CORRUPT', at: 3 * 4096 },
  { damage: 'that was cut short', code: 'SQLITE_CORRUPT', at: null },
])('a file $damage is refused and left as it is', async ({ code, at }) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  const path = join(folder.path, 'readings.db');
  await filledDatabase(path);
  if (at === null) await truncate(path, 10 * 4096);
  else {
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0x5a, at, at + 4096));
  }
  const damaged = await readFile(path);
  const opening = openStore({ path });
  await expect(opening).rejects.toThrow(StoreOpenError);
  await expect(opening).rejects.toMatchObject({ code, message: expect.stringContaining('is damaged') });
  expect(damaged.equals(await readFile(path))).toBe(true);
});

test.for([
  { whose: 'another program', code: 'not-hearth', sql: 'CREATE TABLE note (text)' },
  { whose: 'a newer Hearth', code: 'newer-version', sql: 'PRAGMA user_version = 1000' },
])('a database of $whose is refused', async ({ code, sql }) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  const path = join(folder.path, 'readings.db');
  if (code === 'newer-version') await filledDatabase(path);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  await expect(openStore({ path })).rejects.toMatchObject({ name: 'StoreOpenError', code });
});

test('a bug on a thread rejects what waits and crashes the process', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  const path = join(folder.path, 'readings.db');
  const code = `
    import Database from ${JSON.stringify(import.meta.resolve('better-sqlite3'))};
    import { openStore } from ${JSON.stringify(new URL('./store.ts', import.meta.url).href)};
    const store = await openStore({ path: ${JSON.stringify(path)} });
    new Database(${JSON.stringify(path)}).exec('DROP TABLE block');
    const rejected = ({ message }) => console.log('rejected:', message);
    await store.append(${JSON.stringify(batchOf(2, 1))});
    for (let i = 0; i < 2; i++) store.seal().catch(rejected);
    setInterval(() => {}, 1000);`;
  const script = join(folder.path, 'bug.mjs');
  await writeFile(script, code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(stderr).toContain('no such table: block');
  expect({ status, stdout }).toEqual({ status: 1, stdout: 'rejected: no such table: block\n'.repeat(2) });
});
