import { copyFile, mkdtempDisposable, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyDatabase, countReadings, openStore, verifyReadings, type Arrival, type Store } from './store.ts';

const base = 1_795_363_200_000;

function batchOf(device: string, length: number, firstSeq: number): Arrival[] {
  return Array.from({ length }, (_, i) => {
    const at = base + (firstSeq + i) * 1000;
    const values = { temperature: 20 + Math.sin(firstSeq + i), heating: i % 2 === 0 };
    return { device, key: { boot: 1, seq: firstSeq + i }, at, receivedAt: at, isLate: false, values };
  });
}

async function readingsIn(store: Store): Promise<number> {
  const { at } = await store.raw({ device: 'hall', quantity: 'temperature', from: 0, to: 2 * base });
  return at.length;
}

test('a copy is of one moment, while readings are stored and sealed on and on', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-copy-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path });
  let seq = 1;
  const appendAndSeal = async (): Promise<void> => {
    for (const device of ['hall', 'bath']) await store.append(batchOf(device, 1000, seq));
    seq += 1000;
    await store.seal();
  };
  for (let i = 0; i < 10; i++) await appendAndSeal();

  const over = new AbortController();
  const writing = (async () => {
    while (!over.signal.aborted) await appendAndSeal();
  })();
  const copies = [];
  while (copies.length < 3 || copies[0]!.after.readings === copies.at(-1)!.after.readings) {
    const copy = join(folder.path, `copy-${copies.length}.db`);
    const before = countReadings(path);
    await copyDatabase(path, copy);
    copies.push({ copy, before, after: countReadings(path) });
  }
  over.abort();
  await writing;
  for (const { copy, before, after } of copies) {
    const verified = verifyReadings(copy, [before.digest]);
    expect(verified.findings).toEqual([]);
    expect(verified).toMatchObject(countReadings(copy));
    expect(verified.readings).toBeGreaterThanOrEqual(before.readings);
    expect(verified.readings).toBeLessThanOrEqual(after.readings);
  }
});

test('the sealed database alone has the readings, their numbers and the replay windows', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-copy-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path });
  const window = { device: 'hall', key: 'one', boot: 7, seq: 12, seen: 5n };
  await store.append(batchOf('hall', 100, 1), [window]);
  await store.seal();
  const copy = join(folder.path, 'copy.db');
  await copyDatabase(path, copy);

  await using copied = await openStore({ path: copy });
  expect(await copied.windows()).toEqual([window]);
  expect(await copied.latest()).toEqual(await store.latest());
  expect(new Set(await copied.append(batchOf('hall', 100, 1)))).toEqual(new Set(['duplicate']));
});

test('put back beside the journal of later, a copy has again what came since', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-copy-'));
  const path = join(folder.path, 'readings.db');
  const copy = join(folder.path, 'copy.db');
  {
    await using store = await openStore({ path });
    await store.append(batchOf('hall', 100, 1));
    await store.seal();
    await copyDatabase(path, copy);
    await store.append(batchOf('hall', 100, 101));
    await store.seal();
    await store.append(batchOf('hall', 100, 201));
  }
  for (const ending of ['', '-wal', '-shm']) await rm(`${path}${ending}`, { force: true });
  await copyFile(copy, path);
  await using store = await openStore({ path });
  expect(await readingsIn(store)).toBe(300);
  await store.seal();
  expect(verifyReadings(path).findings).toEqual([]);
});

test('a byte that was changed is named with the stretch of readings that it is in', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-copy-'));
  const path = join(folder.path, 'readings.db');
  {
    await using store = await openStore({ path });
    await store.append(batchOf('hall', 20_000, 1));
    await store.seal();
  }
  const bytes = await readFile(path);
  const copy = join(folder.path, 'copy.db');
  // Within an overflow page of a chunk, which SQLite itself does not look at.
  const place = bytes.length / 2 + 1000;
  await writeFile(copy, bytes.fill(bytes[place]! ^ 1, place, place + 1));
  const [first] = verifyReadings(copy).findings;
  expect(first).toMatchObject({ what: 'altered', device: 'hall' });
  expect(first!.first).toBeGreaterThan(base);

  await writeFile(copy, bytes.fill(0x5a, 3 * 4096, 4 * 4096));
  expect(verifyReadings(copy).findings[0]).toMatchObject({ what: 'unreadable' });
  await writeFile(copy, 'not a database');
  expect(() => verifyReadings(copy)).toThrow('not a database');
});
