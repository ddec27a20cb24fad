import { openStore, type ReplayWindow } from '@hearth/store';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('a store that is counted keeps the replay windows that are given with the readings', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-metrics-'));
  const window: ReplayWindow = { device: 'hall', key: 'hall/1', boot: 3, seq: 7, seen: 1n };
  {
    await using store = await openStore({ path: join(folder, 'readings.db') });
    await createMetrics().counted(store).append([], [window]);
    expect(await store.windows()).toEqual([window]);
  }
  rmSync(folder, { recursive: true });
});
