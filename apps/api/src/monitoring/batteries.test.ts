import { openStore } from '@hearth/store';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newEntry, toDevice } from '../devices/entry.ts';
import { createBatteries } from './batteries.ts';

const dayMs = 86_400_000;
const begunAt = Date.UTC(2026, 8, 1, 7);

test('the forecast of a device comes from the days that the store has of its battery', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-batteries-'));
  await using store = await openStore({ path: join(folder.path, 'readings.db') });
  const days = 60;
  const levelOn = (day: number): number => Math.round(100 - day / 2);
  const now = begunAt + days * dayMs;
  await store.append(
    Array.from({ length: 4 * days }, (_, i) => {
      const at = begunAt + (i * dayMs) / 4;
      const values = { battery: levelOn(i / 4) };
      return { device: 'hall', key: { boot: 1, seq: i + 1 }, at, receivedAt: at, isLate: false, values };
    }),
  );
  const device = (id: string, level: number | null) => {
    const latest =
      level === null ? {} : { battery: { value: level, at: now, receivedAt: now, isLate: false } };
    return toDevice({ ...newEntry(id, id, 'contract'), latest }, now);
  };
  const hall = device('hall', levelOn(days));
  const batteries = createBatteries(store, () => now);
  // It is looked up in the background first.
  expect(batteries.known(hall)).toBeNull();
  await expect.poll(() => batteries.known(hall)).not.toBeNull();
  const forecast = (await batteries.of(hall))!;
  expect(Math.abs(forecast.fallPerMonth - 15)).toBeLessThan(0.5);
  expect(Math.abs(forecast.emptyAt - (begunAt + 180 * dayMs))).toBeLessThan(5 * dayMs);
  expect(await batteries.of(device('attic', 70))).toBeNull();
  expect(await batteries.of(device('mains', null))).toBeNull();
});
