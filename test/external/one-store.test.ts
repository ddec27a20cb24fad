import { startPostgres } from '@hearth/test-postgres';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openStore } from '@hearth/store';
import { expect, test, vi } from 'vitest';
import { startPart } from '../processes.ts';
import { startStack } from '../stack.ts';
import { foundIn, madeBy } from './books.ts';
import { startDevices } from './device.ts';
import { isSkipped, note, startMosquitto } from './mosquitto.ts';

const ids = Array.from({ length: 6 }, (_, n) => `fleet-${n}`);
const series = ids.flatMap((device) =>
  (['temperature', 'humidity', 'setpoint'] as const).map((quantity) => ({ device, quantity })),
);

test.skipIf(isSkipped)(
  `two apis of one group with one PostgreSQL store each reading once, also when one is killed${note}`,
  { timeout: 300_000 },
  async () => {
    const killed = mkdtempSync(join(tmpdir(), 'hearth-killed-'));
    await using mosquitto = await startMosquitto({ access: 'mosquitto' });
    await using server = await startPostgres();
    const url = await server.createDatabase();
    const env = { ...mosquitto.env, HEARTH_BROKER_SHARE: 'home', HEARTH_STORE_URL: url };
    await using one = await startStack({ brokerUrl: mosquitto.url, env });
    await using other = await startPart('api', {
      ...env,
      HEARTH_DATA_DIR: killed,
      HEARTH_HTTP_PORT: '0',
      HEARTH_DEMO: 'off',
      HEARTH_BROKER_URL: mosquitto.url,
    });
    await expect.poll(() => other.output(), { timeout: 20_000 }).toContain('connected to the broker');
    const credentials = [];
    for (const id of ids) credentials.push(await one.addDevice(id));
    await using fleet = startDevices(mosquitto, credentials, { periodMs: 100, kind: 'thermostat' });
    await pause(3000);
    await other.kill();
    await pause(2000);
    fleet.pause();
    await vi.waitFor(() => expect(fleet.ledger.counts().waiting).toBe(0), { timeout: 200_000 });
    const made = madeBy(fleet);
    await using store = await openStore({ url });
    const found = await foundIn(store, series);
    expect(made.filter((value) => found.get(value) !== 1)).toEqual([]);
    expect((await store.progress()).map(({ missing }) => missing)).toEqual(ids.map(() => 0));
    // A chart of either api has all of it.
    const query = {
      device: 'fleet-0',
      quantities: 'temperature',
      from: Date.now() - 600_000,
      to: Date.now(),
    };
    const drawn = await one.api('series', { query });
    const count = drawn.series[0]!.count.reduce((sum, each) => sum + each, 0);
    expect(count).toBe([...found.keys()].filter((name) => name.startsWith('fleet-0 temperature')).length);
    rmSync(killed, { recursive: true });
  },
);
