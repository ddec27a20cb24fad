import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { blockDigest, chainHash, chainStart } from '../sealed/chain.ts';
import type { Verified } from '../sealed/verifying.ts';
import { openStore, type Arrival, type Store } from '../store.ts';
import { verifySealed } from './verify.ts';

const base = 1_795_363_200_000;
const dayMs = 86_400_000;

/** Three months of a device, sealed month by month, and half a day of another. */
async function fill(store: Store): Promise<void> {
  const hourly = (device: string, from: number, hours: number) =>
    Array.from({ length: hours }, (_, i): Arrival => {
      const at = base - (from - i / 24) * dayMs;
      const values = { temperature: 20 + (i % 9) / 10, heating: i % 3 === 0 };
      return { device, key: null, at, receivedAt: at, isLate: false, values };
    });
  for (const from of [90, 60, 30]) {
    await store.append(hourly('hall', from, 24 * 30));
    await store.seal();
  }
  await store.append(hourly('bath', 1, 12));
  await store.seal();
}

/** What is found after somebody wrote to the file. */
async function verifyAfter(change: (db: Database.Database) => void, keepDigest = false): Promise<Verified> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-verify-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path });
  await fill(store);
  await store.close();
  const db = new Database(path);
  try {
    const { digest } = verifySealed(db);
    change(db);
    return verifySealed(db, keepDigest ? [digest] : []);
  } finally {
    db.close();
  }
}

const findBlock = (db: Database.Database, place: number): { id: number; first: number; last: number } =>
  db
    .prepare<[number], { id: number; first: number; last: number }>(
      'SELECT * FROM block ORDER BY device, first LIMIT 1 OFFSET ?',
    )
    .get(place)!;

test('what is as it was sealed has no finding, and its digest is found again', async () => {
  const verified = await verifyAfter(() => undefined, true);
  expect(verified).toMatchObject({ readings: 2 * (3 * 720 + 12), findings: [] });
  expect(verified.rollups).toBeGreaterThan(4 * 720);
});

test('one changed byte of a block is altered, and named with its device and time', async () => {
  let wanted = { first: 0, last: 0 };
  const { findings } = await verifyAfter((db) => {
    const { id, first, last } = findBlock(db, 1);
    wanted = { first, last };
    const data = db.prepare<[number], Buffer>('SELECT data FROM block WHERE id = ?').pluck().get(id)!;
    data[data.length - 9]! ^= 1;
    db.prepare('UPDATE block SET data = ? WHERE id = ?').run(data, id);
  });
  expect(findings[0]).toMatchObject({ what: 'altered', device: 'hall', ...wanted });
  expect(findings.map(({ what }) => what)).toContain('unreadable');
});

test('a block that was taken out is missing, and one that was put in is altered', async () => {
  const { findings } = await verifyAfter((db) =>
    db.prepare('DELETE FROM block WHERE id = ?').run(findBlock(db, 0).id),
  );
  expect(findings).toMatchObject([{ what: 'missing', device: 'hall' }]);
  const put = await verifyAfter((db) =>
    db.exec(
      'INSERT INTO block SELECT 99, device, first + 1, last, count, sha256, summary, data FROM block WHERE id = 1',
    ),
  );
  expect(put.findings[0]).toMatchObject({ what: 'altered' });
});

test('a rollup that is not that of its readings is named', async () => {
  const { findings } = await verifyAfter((db) =>
    db.exec(`UPDATE rollup SET data = (SELECT data FROM rollup AS other WHERE other.device = 2 AND other.width_ms = rollup.width_ms)
      WHERE id = (SELECT min(id) FROM rollup WHERE device = 1)`),
  );
  expect(findings[0]).toMatchObject({ what: 'rollup-wrong', device: 'hall' });
});

test('an entry that was changed, left out or put before its time breaks the chain', async () => {
  const changed = await verifyAfter((db) =>
    db.exec("UPDATE chain SET entry = replace(entry, 'bath', 'hall') WHERE entry LIKE '%bath%'"),
  );
  expect(changed.findings[0]).toMatchObject({
    what: 'chain-broken',
    detail: expect.stringContaining('not what its hash says'),
  });
  const left = await verifyAfter((db) => db.exec('DELETE FROM chain WHERE number = 2'));
  expect(left.findings[0]).toMatchObject({
    what: 'chain-broken',
    detail: 'entry 2 is missing: the next one is 3',
  });
});

/** Writes the whole chain anew over changed data, as somebody with the file and this source can. */
function forge(db: Database.Database, at: (given: number) => number): void {
  const blocks = db
    .prepare<[], { id: number; name: string; first: number; last: number; count: number; data: Buffer }>(
      'SELECT block.*, name FROM block JOIN device ON device.id = block.device ORDER BY block.id',
    )
    .all();
  db.exec('DELETE FROM chain');
  let before: Buffer = chainStart;
  for (const [i, block] of blocks.entries()) {
    const { first, last, count } = block;
    const added = [[first, last, count, blockDigest(block.name, block).toString('hex')]];
    const entry = JSON.stringify({ device: block.name, kind: 'seal', added, removed: [] });
    const hash = chainHash(before, at(i), entry);
    db.prepare('INSERT INTO chain (at, entry, hash) VALUES (?, ?, ?)').run(at(i), entry, hash);
    before = hash;
  }
}

test('a chain that was written anew holds in itself, and a digest that was kept elsewhere shows it', async () => {
  const now = Date.now();
  expect((await verifyAfter((db) => forge(db, (i) => now + i))).findings).toEqual([]);
  const { findings } = await verifyAfter((db) => forge(db, (i) => now + i), true);
  expect(findings).toMatchObject([
    { what: 'chain-broken', detail: expect.stringContaining('is not in the chain') },
  ]);
});

test('a span that claims an earlier time than the one before it, or than its readings, is back-dated', async () => {
  const now = Date.now();
  const earlier = await verifyAfter((db) => forge(db, (i) => now - i * 100_000));
  expect(earlier.findings[0]).toMatchObject({ what: 'back-dated' });
  const before = await verifyAfter((db) => forge(db, (i) => base - 400 * dayMs + i));
  expect(before.findings[0]).toMatchObject({ what: 'back-dated', device: 'hall' });
});

test('damage is not sealed anew: neither a late reading nor pruning makes it look whole', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-verify-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path });
  await fill(store);
  const db = new Database(path);
  const { id, first } = findBlock(db, 1);
  const data = db.prepare<[number], Buffer>('SELECT data FROM block WHERE id = ?').pluck().get(id)!;
  data[5]! ^= 1;
  db.prepare('UPDATE block SET data = ? WHERE id = ?').run(data, id);
  const late = {
    device: 'hall',
    key: null,
    at: first + 1,
    receivedAt: base,
    isLate: true,
    values: { temperature: 1 },
  };
  await store.append([late]);
  await expect(store.seal()).rejects.toMatchObject({ name: 'StoreWriteError', code: 'damaged-bytes' });
  expect(verifySealed(db).findings[0]).toMatchObject({ what: 'altered', device: 'hall' });
  db.close();
});

test('a merge that changes nothing is no finding', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-verify-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path });
  const numbered = (seq: number): Arrival => ({
    device: 'hall',
    key: { boot: 1, seq },
    at: base,
    receivedAt: base,
    isLate: false,
    values: { temperature: 20 },
  });
  for (const seq of [1, 2, 3]) {
    await store.append([numbered(seq)]);
    await store.seal();
  }
  const db = new Database(path);
  expect(verifySealed(db)).toMatchObject({ blocks: 1, entries: 3, findings: [] });
  db.close();
});
