import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, type Arrival, type Store } from './store.ts';

const base = 1_795_363_200_000;

function arrival(seq: number, temperature: number, at = base + seq * 1000): Arrival {
  return {
    device: 'loft',
    key: { boot: 1, seq },
    at,
    receivedAt: at,
    isLate: false,
    values: { temperature },
  };
}

const window = { device: 'loft', key: 'former', boot: 1, seq: 2, seen: 3n };

async function temperatures(store: Store): Promise<number[]> {
  const { value } = await store.raw({ device: 'loft', quantity: 'temperature', from: 0, to: 2 * base });
  return Array.from(value);
}

test('a repeat that came before a device began anew is one also when the journal is read again', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-anew-'));
  const path = join(folder.path, 'readings.db');
  {
    await using store = await openStore({ path });
    await store.append([arrival(1, 20)]);
    await store.seal();
    expect(await store.append([arrival(1, 99), arrival(2, 21)])).toEqual(['duplicate', 'stored']);
    await store.beginAnew(['loft']);
  }
  await using store = await openStore({ path });
  expect(await temperatures(store)).toEqual([20, 21]);
  expect(await store.progress()).toEqual([]);
});

test('what is asked for together with beginning anew is done in order, and is there after a restart', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-anew-'));
  const path = join(folder.path, 'readings.db');
  {
    await using store = await openStore({ path });
    await store.append([arrival(1, 20)]);
    const asked = [
      store.append([arrival(2, 21)], [window]),
      store.beginAnew(['loft']),
      store.append([arrival(1, 22, base + 5000)]),
      store.append([arrival(2, 23, base + 6000)]),
    ];
    expect((await Promise.all(asked)).filter(Boolean).flat()).toEqual(['stored', 'stored', 'stored']);
    expect(await store.windows()).toEqual([]);
  }
  await using store = await openStore({ path });
  expect(await temperatures(store)).toEqual([20, 21, 22, 23]);
  expect(await store.spans()).toEqual([{ device: 'loft', boot: 1, first: 1, last: 2 }]);
  expect(await store.windows()).toEqual([]);
});
