import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { type Enrolled, type Enrolment, routes } from '@hearth/contract';
import { type Fleet, startFleet } from '@hearth/simulator';
import { openStore } from '@hearth/store';
import { type PartProcess, startPart } from '../processes.ts';

const devices = 50;
const periodMs = 100;
const kills = 10;

/** Credentials for a fleet, by the way that the demo home takes. */
async function enrol(api: PartProcess, dataDir: string): Promise<Enrolled['credentials']> {
  const names = Array.from({ length: devices }, (_, n) => `fleet-${String(n).padStart(2, '0')}`);
  const body: Enrolment = { devices: names.map((id) => ({ id, name: id, room: id })) };
  const response = await fetch(api.address['url'] + routes.enrol.path, {
    method: routes.enrol.method,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${readFileSync(join(dataDir, 'demo/token'), 'utf8').trim()}`,
    },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as Enrolled).credentials;
}

/** Every reading of the ledger, as the store must hold it: quantity, instant and value of each device. */
function expected(fleet: Fleet): Map<string, [at: number, value: unknown][]> {
  const series = new Map<string, [number, unknown][]>();
  for (const entry of fleet.ledger.entries())
    for (const [quantity, value] of Object.entries(entry.values)) {
      const name = `${entry.device} ${quantity}`;
      if (!series.has(name)) series.set(name, []);
      series.get(name)!.push([entry.at, value]);
    }
  return series;
}

test(
  `killing the api ${kills} times while ${devices} devices publish ${(devices * 1000) / periodMs} readings/s loses nothing that has a receipt and stores nothing twice`,
  { timeout: 120_000 },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hearth-kill-'));
    const env = { HEARTH_DATA_DIR: dataDir, HEARTH_DEMO: 'on', HEARTH_LOG_LEVEL: 'warn' };
    await using broker = await startPart('broker', { ...env, HEARTH_MQTT_PORT: '0' });
    const brokerUrl = broker.address['mqttUrl']!;
    const startApi = (): Promise<PartProcess> =>
      startPart('api', { ...env, HEARTH_HTTP_PORT: '0', HEARTH_BROKER_URL: brokerUrl });
    let api = await startApi();
    const fleet = startFleet({
      brokerUrl,
      home: 'home',
      credentials: await enrol(api, dataDir),
      periodMs,
      keepaliveS: 20,
      seed: 1,
    });
    try {
      for (let kill = 0; kill < kills; kill++) {
        await pause(300 + Math.random() * 900);
        await api.kill();
        api = await startApi();
      }
      await pause(1000);
      fleet.pause();
      await vi.waitFor(() => expect(fleet.ledger.counts().waiting).toBe(0), {
        timeout: 30_000,
        interval: 200,
      });
    } finally {
      await fleet[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    }

    const { made, dropped } = fleet.ledger.counts();
    expect(made).toBeGreaterThan(kills * devices);
    expect(dropped).toBe(0);
    expect(fleet.ledger.entries().every((entry) => entry.isReceipted)).toBe(true);
    await using store = await openStore({ path: join(dataDir, 'readings.db') });
    for (const progress of await store.progress()) expect(progress).toMatchObject({ boot: 1, missing: 0 });
    for (const [name, readings] of expected(fleet)) {
      const [device = '', quantity = ''] = name.split(' ');
      const raw = await store.raw({ device, quantity: quantity as never, from: 0, to: 8e15 });
      expect([...raw.at].map((at, i) => [at, raw.value[i]])).toEqual(readings);
    }
    rmSync(dataDir, { recursive: true });
  },
);
