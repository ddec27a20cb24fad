import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketsOf, createModel, foldRows, readRollups } from './store-model.ts';
import { openStore, type Arrival, type Store } from './store.ts';

const base = 1_795_363_200_000;
const minute = 60_000;
const quantities = ['temperature', 'heating', 'mode'] as const;

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 6 });

/** Few devices, keys and instants, so that repeats, corrections and lateness are common. */
const arrivals = fc.array(
  fc.record({
    device: fc.constantFrom('attic', 'bath'),
    key: fc.option(
      fc.record({ boot: fc.integer({ min: 0, max: 2 }), seq: fc.integer({ min: 0, max: 12 }) }),
      {
        freq: 4,
      },
    ),
    at: fc.oneof(
      fc.integer({ min: 0, max: 24 }).map((step) => base + step * 11 * minute),
      fc.integer({ min: base, max: base + 300 * minute }),
    ),
    isLate: fc.boolean(),
    faults: fc.constantFrom(undefined, { temperature: 'unplugged', mode: 'unknown' }),
    values: fc.record({
      temperature: optional(orNull(fc.double({ min: -50, max: 80, noNaN: true }))),
      heating: optional(orNull(fc.boolean())),
      mode: optional(orNull(fc.constantFrom('off', 'heat', 'auto'))),
    }),
  }),
  { minLength: 1, maxLength: 40 },
);

const query = fc.record({
  from: fc.integer({ min: base - 60 * minute, max: base + 300 * minute }),
  lengthMs: fc.integer({ min: 0, max: 400 * minute }),
  count: fc.integer({ min: 1, max: 400 }),
});

type Given = typeof arrivals extends fc.Arbitrary<infer T> ? T : never;
type Query = typeof query extends fc.Arbitrary<infer T> ? T : never;

/** Each run has its own devices, so that one store serves all. */
function ofRun(run: number, given: Given): Arrival[] {
  return given
    .map(({ device, values, ...rest }, i) => ({
      ...rest,
      device: `${device}-${run}`,
      receivedAt: base + i,
      values: Object.fromEntries(
        Object.entries(values).filter(([, value]) => value !== undefined),
      ) as Arrival['values'],
    }))
    .filter(({ values }) => Object.keys(values).length > 0);
}

async function expectPoints(
  store: Store,
  model: ReturnType<typeof createModel>,
  device: string,
  { from, lengthMs, count }: Query,
): Promise<void> {
  const to = from + lengthMs;
  const series = quantities.map((quantity) => ({ device, quantity }));
  const answers = await store.points({ series, from, to, count });
  for (const [i, { quantity }] of series.entries()) {
    const answer = answers[i]!;
    const { widthMs } = answer;
    expect(Math.ceil(to / widthMs) - Math.floor(from / widthMs)).toBeLessThanOrEqual(count + 1);
    const rows = model.rowsOf(device, quantity).filter(([at]) => at >= from && at < to);
    // Above an hour a sum is made of the hours' sums: the same but for rounding.
    const isExact = widthMs <= 60 * minute;
    const exactSum = ({ sum, ...rest }: ReturnType<typeof bucketsOf>[number]) =>
      isExact ? { ...rest, sum } : { ...rest, sum: Math.round(sum * 1e6) / 1e6 + 0 };
    expect(bucketsOf(answer).map(exactSum)).toEqual(foldRows(rows, widthMs).map(exactSum));
  }
}

async function expectSame(store: Store, model: ReturnType<typeof createModel>, device: string) {
  for (const quantity of quantities) {
    const raw = await store.raw({ device, quantity, from: 0, to: 2 * base });
    expect(Array.from(raw.at, (at, i) => [at, raw.value[i]])).toEqual(model.rowsOf(device, quantity));
  }
  const latest = (await store.latest()).filter((reading) => reading.device === device);
  expect(latest).toEqual(
    [...quantities].sort().flatMap((quantity) => model.latestOf(`${device} ${quantity}`) ?? []),
  );
  const progress = (await store.progress()).find((one) => one.device === device);
  expect(progress).toEqual(model.progress(device));
}

test('arrivals in any order, repeated and corrected, read back as a sorted map has them', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(arrivals, fc.array(query, { minLength: 2, maxLength: 4 }), async (given, queries) => {
      const model = createModel();
      const all = ofRun(++run, given);
      // Batches of one to five, all waiting at once: some share a commit, some do not.
      const batches = Array.from({ length: Math.ceil(all.length / 5) }, (_, i) =>
        all.slice(i * 5, i * 5 + 5),
      );
      const fates = (await Promise.all(batches.map((batch) => store.append(batch)))).flat();
      expect(fates).toEqual(all.map(model.append));
      for (const device of [`attic-${run}`, `bath-${run}`]) {
        await expectSame(store, model, device);
        for (const one of queries) await expectPoints(store, model, device, one);
      }
      await store.forget([`attic-${run - 20}`, `bath-${run - 20}`]);
    }),
    { numRuns: 200 },
  );
  const { kept, folded } = readRollups(path);
  expect(kept.length).toBeGreaterThan(100);
  expect(kept).toEqual(folded);
}, 60_000);
