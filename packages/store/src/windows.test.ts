import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { applicationId, migrations } from './sqlite/schema.ts';
import { openStore, type Arrival, type ReplayWindow } from './store.ts';
import { onEachBackEnd } from './test-back-ends.ts';

const at = 1_795_363_200_000;
const reading: Arrival = {
  device: 'hall',
  key: { boot: 1, seq: 1 },
  at,
  receivedAt: at,
  isLate: false,
  values: { temperature: 20.6 },
};
const window: ReplayWindow = {
  device: 'hall',
  key: 'one',
  boot: 7,
  seq: 2 ** 53 - 1,
  seen: (1n << 64n) - 1n,
};

onEachBackEnd(({ makePlace }) => {
  test('a replay window is stored as it is, alone too, and the last one of a device counts', async () => {
    await using made = await makePlace();
    {
      await using store = await openStore(made.place);
      expect(await store.append([], [{ ...window, seen: 1n }])).toEqual([]);
      expect(await store.append([reading], [window])).toEqual(['stored']);
    }
    await using store = await openStore(made.place);
    expect(await store.windows()).toEqual([window]);
    await store.beginAnew(['hall']);
    expect(await store.windows()).toEqual([]);
  });
});

test('a database of the version before has no window yet, and keeps its readings', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  const path = join(folder.path, 'readings.db');
  const before = new Database(path);
  before.pragma('journal_mode = WAL');
  before.exec(migrations[0]!);
  before.pragma(`application_id = ${applicationId}`);
  before.pragma('user_version = 1');
  before.exec("INSERT INTO device (id, name) VALUES (1, 'hall')");
  before.exec('INSERT INTO span VALUES (1, 1, 1, 5)');
  before.close();
  await using store = await openStore({ path });
  expect(await store.append([reading], [window])).toEqual(['duplicate']);
  expect(await store.windows()).toEqual([window]);
});
