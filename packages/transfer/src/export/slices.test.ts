import type { RawReadings } from '@hearth/store';
import { expect, test } from 'vitest';
import { readSlices, type Stretch } from './slices.ts';

const day = 86_400_000;

/** A store whose series have a reading each `everyMs`, from `since` on. */
function storeOf(everyMs: number, since = 0) {
  const asked: { from: number; to: number; count: number }[] = [];
  return {
    asked,
    raw({ device, quantity, from, to }: Stretch): Promise<RawReadings> {
      const first = Math.max(Math.ceil(from / everyMs), Math.ceil(since / everyMs));
      const count = Math.max(0, Math.ceil(to / everyMs) - first);
      asked.push({ from, to, count });
      const at = Float64Array.from({ length: count }, (_, i) => (first + i) * everyMs);
      return Promise.resolve({ device, quantity, at, value: new Float64Array(count) });
    },
  };
}
const stretch = (to: number): Stretch => ({ device: 'hall', quantity: 'temperature', from: 0, to });

test.for([
  ['a reading in 10 s', 10_000, 120 * day],
  ['a reading a second', 1000, 8 * day],
  ['a reading a week', 7 * day, 4000 * day],
] as const)('%s is read gapless, in slices that are neither large nor many', async ([, everyMs, to]) => {
  const store = storeOf(everyMs);
  const slices = await collected(readSlices(store, [stretch(to)]));
  const all = slices.flatMap(({ readings }) => Array.from(readings.at));
  expect(all).toHaveLength(Math.ceil(to / everyMs));
  expect(all.findIndex((at, i) => at !== i * everyMs)).toBe(-1);
  expect(Math.max(...store.asked.map(({ count }) => count))).toBeLessThan(100_000);
  expect(store.asked.length).toBeLessThan(20 + to / (14 * day) + all.length / 20_000);
});

test('a device that comes back after years comes in slices that fit all the same', async () => {
  const store = storeOf(10_000, 3000 * day);
  await collected(readSlices(store, [stretch(3100 * day)]));
  expect(Math.max(...store.asked.map(({ count }) => count))).toBeLessThan(130_000);
});

test('the share done is that of the time, over all stretches', async () => {
  const slices = await collected(readSlices(storeOf(60_000), [stretch(4 * day), stretch(4 * day)]));
  const shares = slices.map(({ done }) => done);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect(shares).toContain(0.5);
});

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of source) all.push(each);
  return all;
}
