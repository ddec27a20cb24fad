import { expect, test } from 'vitest';
import type { Points, Store } from '../store.ts';
import { onEachBackEnd } from '../test-back-ends.ts';

const base = 1_795_363_200_000;
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** The ranges of the dashboard's charts and cards. */
const ranges = [
  [day, 96],
  [day, 288],
  [7 * day, 336],
  [30 * day, 360],
  [365 * day, 365],
] as const;

const put = (store: Store, readings: readonly (readonly [at: number, heating: boolean | null])[]) =>
  store.append(
    readings.map(([at, heating]) => ({
      device: 'heater',
      key: null,
      at,
      receivedAt: at,
      isLate: false,
      values: { heating, power: 1 },
    })),
  );

async function pointsOf(store: Store, to: number, rangeMs: number, count: number): Promise<Points> {
  const series = [{ device: 'heater', quantity: 'heating' as const }];
  const [points] = await store.points({ series, from: to - rangeMs, to, count });
  return points!;
}
const onMs = ({ on }: Points): number => on!.ms.reduce((sum, ms) => sum + ms, 0);

onEachBackEnd(({ openTemporary }) => {
  test('the time on is the same in every range, also of buckets that are half filled', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    // 20 h every 2 min and then every 10 s until now, on for 20 min of each hour.
    const isOn = (at: number): boolean => (at - base) % hour < 20 * minute;
    const began = base + 7 * minute + 123;
    const seldom = Array.from({ length: 600 }, (_, i) => began + i * 2 * minute);
    const often = Array.from({ length: 361 }, (_, i) => began + 20 * hour + i * 10_000);
    const times = [...seldom, ...often];
    await put(
      store,
      times.map((at) => [at, isOn(at)]),
    );
    const expected = times.slice(1).reduce((sum, at, i) => sum + (isOn(times[i]!) ? at - times[i]! : 0), 0);
    for (const [rangeMs, count] of ranges) {
      const points = await pointsOf(store, times.at(-1)! + 3 * minute, rangeMs, count);
      expect(points.on!.from[0]).toBe(began);
      expect(points.on!.to.at(-1)).toBe(times.at(-1));
      // Where the rhythm changes within an hour, the hour's sum takes it as even.
      expect(Math.abs(onMs(points) - expected)).toBeLessThan(6 * minute);
    }
  });

  test('a heater that ran three minutes was on for three minutes', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    await put(
      store,
      Array.from({ length: 19 }, (_, i) => [base + 4 * minute + i * 10_000, true]),
    );
    for (const [rangeMs, count] of ranges)
      expect(onMs(await pointsOf(store, base + hour, rangeMs, count))).toBe(3 * minute);
  });

  test('across a silence it is neither on nor off, and a fault is a silence', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const at = (...minutes: number[]) => minutes.map((each) => base + each * minute);
    const [a, b, c, d, e] = at(0, 10, 40, 50, 60) as [number, number, number, number, number];
    await put(store, [
      [a, true],
      [b, true],
      [c, true],
      [d, null],
      [e, false],
    ]);
    const points = await pointsOf(store, base + day, day, 288);
    expect(Array.from(points.on!.ms)).toEqual([10 * minute, 0, 20 * minute, 0]);
    expect(Array.from(points.on!.from)).toEqual([a, b, c, e]);
    expect(Array.from(points.on!.to)).toEqual([b, b, e, e]);
  });

  test('only switches have a time on, also where nothing came', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    await put(store, [[base, true]]);
    const series = [
      { device: 'heater', quantity: 'power' as const },
      { device: 'nobody', quantity: 'heating' as const },
    ];
    const [power, nobody] = await store.points({ series, from: base, to: base + day, count: 10 });
    expect(power!.on).toBeUndefined();
    expect(nobody!.on!.ms).toHaveLength(0);
  });
});
