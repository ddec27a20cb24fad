import { startPostgres, type PostgresServer } from '@hearth/test-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Arrival, type Fate, type Store } from '../store.ts';
import { makeDatabase } from '../test-back-ends.ts';

const base = 1_795_363_200_000;
const all = { from: 0, to: 2 * base };
const devices = ['attic', 'bath', 'hall'];

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

function numbered(device: string, seq: number): Arrival {
  const at = base + seq * 10_000;
  const values = { temperature: 20 + (seq % 50) / 10, power: seq };
  return { device, key: { boot: 1, seq }, at, receivedAt: at, isLate: false, values };
}

/** Numbers `first` to `last` of every device, in batches, dealt out so that devices lie across each other. */
function batchesOf(first: number, last: number): Arrival[][] {
  const dealt = Array.from({ length: last - first + 1 }, (_, i) =>
    devices.map((device, d) => numbered(device, first + ((i + d * 7) % (last - first + 1)))),
  ).flat();
  return Array.from({ length: Math.ceil(dealt.length / 20) }, (_, i) => dealt.slice(i * 20, i * 20 + 20));
}

/** Appends batches, five calls waiting at a time, and seals now and then. */
async function appendAll(store: Store, batches: readonly Arrival[][]): Promise<Fate[]> {
  const fates: Fate[] = [];
  for (let i = 0; i < batches.length; i += 5) {
    const some = batches.slice(i, i + 5);
    fates.push(...(await Promise.all(some.map((batch) => store.append(batch)))).flat());
    if (i % 20 === 0) await store.seal();
  }
  return fates;
}

test('two processes that store the same and overlapping arrivals at once store each once, and lose none', async () => {
  const made = await makeDatabase(server);
  // Both find an empty database, and make its tables.
  const stores = await Promise.all([openStore(made.place), openStore(made.place)]);
  const [one, other] = stores;
  const fates = await Promise.all([
    appendAll(one, batchesOf(1, 400)),
    appendAll(other, batchesOf(201, 600)),
    appendAll(one, batchesOf(301, 500)),
  ]);
  const counts = { stored: 0, duplicate: 0 };
  for (const fate of fates.flat()) counts[fate]++;
  expect(counts).toEqual({ stored: 3 * 600, duplicate: 3 * 400 });

  const expected = Float64Array.from({ length: 600 }, (_, i) => i + 1);
  for (const store of stores)
    for (const device of devices)
      expect((await store.raw({ device, quantity: 'power', ...all })).value).toEqual(expected);
  const progress = await one.progress();
  expect(progress).toMatchObject(devices.map((device) => ({ device, seq: 600, missing: 0 })));
  expect(progress.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(3 * 400);
  expect(await other.progress()).toEqual(progress);
  expect(await other.latest()).toEqual(await one.latest());
  await one.seal();
  expect((await made.verify()).readings).toBe(2 * 3 * 600);
  await Promise.all(stores.map((store) => store.close()));
});

test('readings without numbers that two processes hear are stored once', async () => {
  const made = await makeDatabase(server);
  await using one = await openStore(made.place);
  await using other = await openStore(made.place);
  const radio = Array.from({ length: 200 }, (_, i): Arrival => ({ ...numbered('radio', i), key: null }));
  const fates = await Promise.all(
    [one, other].flatMap((store) =>
      Array.from({ length: 10 }, (_, i) => store.append(radio.slice(i * 20, i * 20 + 20))),
    ),
  );
  expect(fates.flat().filter((fate) => fate === 'stored')).toHaveLength(200);
  await one.seal();
  expect(new Set(await other.append(radio))).toEqual(new Set(['duplicate']));
  expect((await made.verify()).readings).toBe(400);
});

test('what one process stores and forgets, the other sees at once', async () => {
  const made = await makeDatabase(server);
  await using one = await openStore(made.place);
  await using other = await openStore(made.place);
  const latest = async (store: Store) => (await store.latest()).map(({ value }) => value);
  await one.append([numbered('hall', 1)]);
  expect(await latest(other)).toEqual([1, 20.1]);
  await other.append([numbered('hall', 2)]);
  expect(await latest(one)).toEqual([2, 20.2]);
  await one.forget(['hall']);
  expect(await latest(other)).toEqual([]);
  // It knew the device: it makes it anew.
  expect(await other.append([numbered('hall', 1)])).toEqual(['stored']);
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      i % 4 === 3 ? one.forget(['hall', 'bath']) : other.append([numbered('hall', i), numbered('bath', i)]),
    ),
  );
  await one.forget(['hall', 'bath']);
  expect((await made.verify()).blocks).toBe(0);
});
