import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openStore, verifyReadings, type Arrival } from '../store.ts';

const base = 1_795_363_200_000;
const all = { from: 0, to: 2 * base };

/** So few cells that the second thread seals most of them. */
const cellsToShare = 2000;

/** A hundred readings of each of three devices, of which every tenth comes when those after it are there. */
function batchOf(number: number): Arrival[] {
  return ['hall', 'attic', 'bath'].flatMap((device) =>
    Array.from({ length: 100 }, (_, i): Arrival => {
      const seq = number * 100 + (i % 10 === 9 ? i - 500 : i) + 1000;
      const at = base + seq * 1000;
      const values = { temperature: 20 + (seq % 7) / 10, heating: seq % 3 === 0 };
      return { device, key: { boot: 1, seq }, at, receivedAt: at, isLate: false, values };
    }),
  );
}

test('what a second thread seals while more comes, late and in order, is all there, once and with exact rollups', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-second-'));
  const path = join(folder.path, 'readings.db');
  const temperature = new Map<number, number>();
  {
    await using store = await openStore({ path, cellsToShare });
    for (let number = 0; number < 60; number++) {
      const batches = [batchOf(2 * number), batchOf(2 * number + 1)];
      await Promise.all(batches.map((batch) => store.append(batch)));
      for (const { device, at, values } of batches.flat())
        if (device === 'hall') temperature.set(at, values.temperature as number);
    }
    const { at, value } = await store.raw({ device: 'hall', quantity: 'temperature', ...all });
    const inOrder = [...temperature].sort(([a], [b]) => a - b);
    expect([...at]).toEqual(inOrder.map(([time]) => time));
    expect([...value]).toEqual(inOrder.map(([, one]) => one));
    expect(verifyReadings(path).readings, 'sealed before anybody asked for it').toBeGreaterThan(10_000);
  }
  await using store = await openStore({ path });
  await store.seal();
  expect(verifyReadings(path)).toMatchObject({ readings: 6 * temperature.size, findings: [] });
});

test('what was damaged on the disk is not sealed over, and the store says so', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-second-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path, cellsToShare });
  await store.append(batchOf(0));
  await store.seal();
  {
    using db = Object.assign(new Database(path), { [Symbol.dispose]: () => db.close() });
    db.prepare('UPDATE block SET data = zeroblob(length(data))').run();
  }
  const problem = async (): Promise<unknown> => {
    await store.append(batchOf(2));
    for (let number = 5; number < 12; number++) await store.append(batchOf(number));
    return store.state();
  };
  await expect
    .poll(problem)
    .toMatchObject({ problem: expect.stringContaining('sealing waits: layout 0 of a block') });
});
