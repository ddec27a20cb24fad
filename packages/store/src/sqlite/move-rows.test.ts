import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore } from '../store.ts';
import { verifyFile } from '../store-model.ts';
import { openWritable } from './database.ts';
import { moveRows } from './move-rows.ts';
import { openPruning } from './pruning.ts';
import { applicationId, migrations } from './schema.ts';

const base = 1_795_363_200_000;

/** A database as the first Hearth left it: two devices, one of them with gaps of months. */
function writeRows(path: string, count: number): void {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  for (const migration of migrations.slice(0, 2)) db.exec(migration);
  db.pragma(`application_id = ${applicationId}`);
  db.pragma('user_version = 2');
  db.exec(`INSERT INTO device (id, name, duplicates) VALUES (1, 'hall', 3), (2, 'bath', 0);
    INSERT INTO series VALUES (1, 1, 'temperature'), (2, 1, 'heating'), (3, 2, 'temperature');
    INSERT INTO span VALUES (1, 7, 1, 900);
    INSERT INTO latest VALUES (1, ${base}, 20.5, ${base + 9}, 0, NULL);`);
  const put = db.prepare('INSERT OR REPLACE INTO reading VALUES (?, ?, ?)');
  db.transaction(() => {
    for (let i = 0; i < count; i++) {
      put.run(1, base - i * 10_000, 20 + (i % 10) / 10);
      put.run(2, base - i * 10_000, i % 2);
      put.run(3, base - i * 4_000_000, i % 100 === 0 ? null : 0.1 * i);
    }
  })();
  db.close();
}

test('rows of the first Hearth become sealed blocks, with everything that was known', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-rows-'));
  const path = join(folder.path, 'readings.db');
  writeRows(path, 3000);
  {
    await using store = await openStore({ path });
    const raw = await store.raw({ device: 'bath', quantity: 'temperature', from: 0, to: 2 * base });
    const expected = Array.from({ length: 3000 }, (_, i) => (i % 100 === 0 ? NaN : 0.1 * i)).toReversed();
    expect(Array.from(raw.value)).toEqual(expected);
    expect((await store.extents()).map(({ count }) => count)).toEqual([3000, 3000, 3000]);
    expect(await store.progress()).toEqual([
      { device: 'hall', boot: 7, seq: 900, missing: 0, duplicates: 3 },
    ]);
    expect(await store.latest()).toMatchObject([{ device: 'hall', value: 20.5, receivedAt: base + 9 }]);
  }
  expect(verifyFile(path)).toMatchObject({ readings: 9000 });
  await using again = await openStore({ path });
  expect((await again.extents()).map(({ count }) => count)).toEqual([3000, 3000, 3000]);
});

test('a move that is cut off goes on where it was, and nothing is lost or there twice', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-rows-'));
  const path = join(folder.path, 'readings.db');
  writeRows(path, 2000);
  const moves = (): number => {
    const db = openWritable(path);
    // A trigger in place of the power: it ends the move at its third transaction.
    db.exec(`CREATE TEMP TABLE done (n); CREATE TEMP TRIGGER cut BEFORE INSERT ON main.block
      WHEN (SELECT count(*) FROM done) > 2 BEGIN SELECT RAISE(ABORT, 'cut off'); END;
      CREATE TEMP TRIGGER counted AFTER INSERT ON main.block BEGIN INSERT INTO done VALUES (1); END;`);
    try {
      moveRows(db, () => undefined);
      return 1;
    } catch (error) {
      expect((error as Error).message).toBe('cut off');
      return 0;
    } finally {
      db.close();
    }
  };
  let cuts = 0;
  while (moves() === 0) cuts++;
  expect(cuts).toBeGreaterThan(1);
  expect(verifyFile(path)).toMatchObject({ readings: 6000 });
});

test('a move that was cut off before it gave back the room gives it back at the next start', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-rows-'));
  const path = join(folder.path, 'readings.db');
  writeRows(path, 2000);
  const cutOff = openWritable(path);
  const exec = cutOff.exec.bind(cutOff);
  cutOff.exec = (sql) => (sql === 'VACUUM' ? cutOff : exec(sql));
  moveRows(cutOff, () => undefined);
  cutOff.close();

  const db = openWritable(path);
  const free = (): unknown => db.pragma('freelist_count', { simple: true });
  expect(free()).toBeGreaterThan(0);
  // Without an end, pruning would try for ever.
  expect(openPruning(db).giveBack()).toBe(false);
  moveRows(db, () => undefined);
  expect(free()).toBe(0);
  expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
  db.close();
  expect(verifyFile(path)).toMatchObject({ readings: 6000 });
});
