import { mkdtempDisposable, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, type Arrival, type Store } from '../store.ts';
import { onEachBackEnd } from '../test-back-ends.ts';
import { createClockGuard } from './clock-guard.ts';
import { cutoffOf } from './rules.ts';

const dayMs = 86_400_000;

test('the rule that says most of a series counts, for readings and rollups apart', () => {
  const rules = [
    { readingsDays: 700 },
    { quantity: 'power', readingsDays: 30, rollupsDays: 400 },
    { device: 'hall', readingsDays: null },
    { device: 'bath', quantity: 'power', rollupsDays: null },
  ] as const;
  const now = 1000 * dayMs;
  const daysOf = (device: string, quantity: string) => {
    const { readings, rollups } = cutoffOf(rules, device, quantity, now);
    return [(now - readings) / dayMs, (now - rollups) / dayMs];
  };
  expect(daysOf('attic', 'temperature')).toEqual([700, Infinity]);
  expect(daysOf('attic', 'power')).toEqual([30, 400]);
  expect(daysOf('hall', 'power')).toEqual([Infinity, Infinity]);
  expect(daysOf('bath', 'power')).toEqual([30, Infinity]);
});

/** Looks at a clock hour by hour; the wall clock is off by what `jumps` says from an hour on. */
function lookHourly(hours: number, jumps: Record<number, number>, seenAt: number | null): (string | null)[] {
  let seen = seenAt;
  let hour = 0;
  const offset = (): number =>
    Object.entries(jumps).reduce((sum, [from, ms]) => (hour >= Number(from) ? sum + ms : sum), 0);
  const guard = createClockGuard(
    () => 1000 * dayMs + hour * 3_600_000 + offset(),
    () => hour * 3_600_000,
    { get: () => seen, set: (at) => (seen = at) },
  );
  return Array.from({ length: hours }, () => {
    const said = guard.look();
    hour++;
    return said;
  });
}

test('a clock that runs evenly lets delete at once, also after a night off', () => {
  expect(lookHourly(30, {}, null)).toEqual(Array.from({ length: 30 }, () => null));
  expect(lookHourly(3, {}, 1000 * dayMs - 0.5 * dayMs)).toEqual([null, null, null]);
});

test('a clock that jumps by more than a day deletes nothing until it has run evenly for one', () => {
  const looks = lookHourly(40, { 5: 800 * dayMs }, null);
  expect(looks.findIndex((said) => said !== null)).toBe(5);
  expect(looks[5]).toBe(
    'the clock went forward by 800 days at once: nothing is deleted until it has run evenly for a day',
  );
  expect(looks.slice(5).findIndex((said) => said === null)).toBe(24);
  expect(lookHourly(2, {}, 1900 * dayMs)[0]).toMatch(/went back by 900 days/);
  expect(lookHourly(6, { 3: 0.9 * dayMs }, null)).toEqual(Array.from({ length: 6 }, () => null));
});

/** A reading every six hours of the last `days` days, of two quantities. */
async function fill(store: Store, device: string, days: number): Promise<void> {
  const now = Date.now();
  const readings = Array.from({ length: days * 4 }, (_, i): Arrival => {
    const at = now - i * 6 * 3_600_000;
    const values = { temperature: 20 + (i % 10) / 10, power: i % 700 };
    return { device, key: null, at, receivedAt: at, isLate: false, values };
  });
  await store.append(readings);
  await store.seal();
}

async function countOf(store: Store, device: string, quantity: 'temperature' | 'power'): Promise<number> {
  return (await store.raw({ device, quantity, from: 0, to: Date.now() + dayMs })).at.length;
}

test('a reading that comes late does not take the place of a rollup that outlived its readings', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-retention-'));
  await using store = await openStore({ path: join(folder.path, 'readings.db') });
  await fill(store, 'hall', 400);
  await store.retain([{ readingsDays: 100 }]);
  await expect.poll(async () => (await store.retention()).lastRunAt).not.toBeNull();
  const from = Date.now() - 390 * dayMs;
  const charted = async () => {
    const series = [{ device: 'hall', quantity: 'temperature' as const }];
    const [points] = await store.points({ series, from, to: from + 60 * dayMs, count: 60 });
    return Array.from(points!.start, (start, i) => [start, points!.count[i], points!.max[i]]);
  };
  const before = await charted();
  expect(before.length).toBeGreaterThan(55);
  const [year] = await store.points({
    series: [{ device: 'hall', quantity: 'temperature' }],
    from,
    to: from + dayMs,
    count: 24,
  });
  const at = year!.start[0]! + 1_800_000;
  const late = {
    device: 'hall',
    key: null,
    at,
    receivedAt: Date.now(),
    isLate: true,
    values: { temperature: 70 },
  };
  expect(await store.append([late])).toEqual(['stored']);
  expect(await charted()).toEqual(before);
  await store.seal();
  expect(await charted()).toEqual(before);
});

test('what was deleted is given back to the disk, while writing goes on', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-retention-'));
  const path = join(folder.path, 'readings.db');
  await using store = await openStore({ path });
  const now = Date.now();
  for (let month = 0; month < 12; month++)
    await store.append(
      Array.from({ length: 5000 }, (_, i): Arrival => {
        const at = now - month * 30 * dayMs - i * 300_000;
        return {
          device: 'hall',
          key: null,
          at,
          receivedAt: at,
          isLate: false,
          values: { energy: Math.sqrt(i * month + i) },
        };
      }),
    );
  await store.seal();
  const before = (await store.usage()).usedB;
  await store.retain([{ readingsDays: 40, rollupsDays: 100 }]);
  let writes = 0;
  await expect
    .poll(async () => {
      const at = now + ++writes;
      await store.append([
        { device: 'hall', key: null, at, receivedAt: at, isLate: false, values: { energy: 1 } },
      ]);
      return (await store.retention()).lastRunAt;
    })
    .not.toBeNull();
  expect(writes).toBeGreaterThan(0);
  await store.close();
  expect((await stat(path)).size).toBeLessThan(before / 3);
});

onEachBackEnd(({ makePlace, openTemporary }) => {
  test('what is older than its retention goes, whole months of it, and rollups outlive readings', async () => {
    await using made = await makePlace();
    {
      await using store = await openStore(made.place);
      await fill(store, 'hall', 400);
      await fill(store, 'bath', 400);
      await store.retain([
        { device: 'hall', readingsDays: 100 },
        { quantity: 'power', readingsDays: 200 },
      ]);
      await expect.poll(async () => (await store.retention()).lastRunAt).not.toBeNull();

      const kept = async (...series: Parameters<typeof countOf> extends [Store, ...infer R] ? R : never) =>
        (await countOf(store, ...series)) / 4;
      for (const [days, least] of [
        [await kept('hall', 'temperature'), 100],
        [await kept('bath', 'power'), 200],
      ] as const) {
        expect(days).toBeGreaterThanOrEqual(least);
        expect(days).toBeLessThanOrEqual(least + 31);
      }
      expect(await kept('bath', 'temperature')).toBe(400);
      const { readings } = await store.retention();
      expect(readings).toBeGreaterThan(4 * (2 * 269 + 169));

      const [year] = await store.points({
        series: [{ device: 'hall', quantity: 'temperature' }],
        from: Date.now() - 380 * dayMs,
        to: Date.now(),
        count: 400,
      });
      expect(year!.start.length).toBeGreaterThan(375);
    }
    await made.verify();
  });

  test('usage tells how fast each series grows, readings and rollups apart', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    await fill(store, 'hall', 20);
    const usage = await store.usage();
    // No server tells what is free.
    expect(usage.freeB ?? 1).toBeGreaterThan(0);
    expect(usage.usedB).toBeGreaterThan(10_000);
    expect(usage.series.map(({ quantity, readings }) => [quantity, readings])).toEqual([
      ['power', 80],
      ['temperature', 80],
    ]);
    for (const { bytes, readingsBPerDay, rollupsBPerDay } of usage.series) {
      // How small 80 readings become depends a little on when they are, which is now.
      expect(bytes).toBeGreaterThan(20);
      expect(bytes).toBeLessThan(80 * 8);
      expect(readingsBPerDay).toBeGreaterThan(bytes / 25);
      expect(rollupsBPerDay).toBeGreaterThan(0);
    }
  });

  test('days tell what is missing and what came again, where it happened', async () => {
    await using temporary = await openTemporary();
    const { store } = temporary;
    const base = Date.parse('2026-03-28T12:00:00Z');
    const numbered = (seq: number, hours: number): Arrival => {
      const at = base + hours * 3_600_000;
      return {
        device: 'hall',
        key: { boot: 3, seq },
        at,
        receivedAt: at,
        isLate: false,
        values: { power: seq },
      };
    };
    await store.append([numbered(1, 0), numbered(4, 1), numbered(4, 2), numbered(5, 14), numbered(10, 40)]);
    const days = () =>
      store.days({ device: 'hall', from: base - dayMs, to: base + 3 * dayMs, timeZone: 'Europe/Berlin' });
    const expected = [
      { start: Date.parse('2026-03-27T23:00:00Z'), missing: 2, duplicates: 1 },
      { start: Date.parse('2026-03-28T23:00:00Z'), missing: 4, duplicates: 0 },
    ];
    expect(await days()).toEqual(expected);
    await store.seal();
    expect(await days()).toEqual(expected);
    expect(await store.gaps('hall')).toEqual([
      { boot: 3, first: 2, last: 3, from: base, to: base + 3_600_000 },
      { boot: 3, first: 6, last: 9, from: base + 14 * 3_600_000, to: base + 40 * 3_600_000 },
    ]);
    await store.append([numbered(3, 0.5), numbered(2, 0.3)]);
    expect(await days()).toMatchObject([{ missing: 0, duplicates: 1 }, { missing: 4 }]);
  });
});
