import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivals, arrivalsOf, base, modelled, query, type Query } from './store-histories.ts';
import { bucketsOf, createModel, expectBuckets } from './store-model.ts';
import type { Store } from './store.ts';
import { onEachBackEnd } from './test-back-ends.ts';

async function expectPoints(
  store: Store,
  model: ReturnType<typeof createModel>,
  device: string,
  { from, lengthMs, count }: Query,
): Promise<void> {
  const to = from + lengthMs;
  const series = modelled.map((quantity) => ({ device, quantity }));
  const answers = await store.points({ series, from, to, count });
  for (const [i, { quantity }] of series.entries()) {
    const answer = answers[i]!;
    const { widthMs } = answer;
    expect(Math.ceil(to / widthMs) - Math.floor(from / widthMs)).toBeLessThanOrEqual(count + 1);
    const rows = model.rowsOf(device, quantity).filter(([at]) => at >= from && at < to);
    expectBuckets(bucketsOf(answer), rows, widthMs);
  }
}

async function expectSame(store: Store, model: ReturnType<typeof createModel>, device: string) {
  for (const quantity of modelled) {
    const raw = await store.raw({ device, quantity, from: 0, to: 2 * base });
    expect(Array.from(raw.at, (at, i) => [at, raw.value[i]])).toEqual(model.rowsOf(device, quantity));
  }
  const latest = (await store.latest()).filter((reading) => reading.device === device);
  expect(latest).toEqual(
    [...modelled].sort().flatMap((quantity) => model.latestOf(`${device} ${quantity}`) ?? []),
  );
  const progress = (await store.progress()).find((one) => one.device === device);
  expect(progress).toEqual(model.progress(device));
}

onEachBackEnd(({ openTemporary, runs }) => {
  test('arrivals in any order, repeated and corrected, read back as a sorted map has them', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(arrivals, fc.array(query, { minLength: 2, maxLength: 4 }), async (given, queries) => {
        const model = createModel();
        const all = arrivalsOf(given, ++run);
        // Batches of one to five, all waiting at once: some share a commit, some do not.
        const batches = Array.from({ length: Math.ceil(all.length / 5) }, (_, i) =>
          all.slice(i * 5, i * 5 + 5),
        );
        const fates = (await Promise.all(batches.map((batch) => store.append(batch)))).flat();
        expect(fates).toEqual(all.map(model.append));
        const devices = [`attic-${run}`, `bath-${run}`];
        await Promise.all(
          devices.flatMap((device) =>
            [expectSame(store, model, device)].concat(
              queries.map((one) => expectPoints(store, model, device, one)),
            ),
          ),
        );
        await store.forget([`attic-${run - 20}`, `bath-${run - 20}`]);
      }),
      { numRuns: runs },
    );
    await store.seal();
    const { rollups } = await temporary.verify();
    expect(rollups).toBeGreaterThan(runs / 2);
  }, 60_000);
});
