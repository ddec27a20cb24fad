import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { startFleet } from '@hearth/simulator';
import { depth } from '../../scripts/test/depth.mjs';
import { type PartProcess, startPart } from '../processes.ts';
import { enrol, expectStored } from './fleet.ts';

const devices = 50;
const periodMs = 100;
const kills = depth.apiKills;

test(
  `killing the api ${kills} times while ${devices} devices publish ${(devices * 1000) / periodMs} readings/s loses nothing that has a receipt and stores nothing twice`,
  { timeout: 240_000 },
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
      credentials: await enrol(api, dataDir, devices),
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

    expect(fleet.ledger.counts().made).toBeGreaterThan(kills * devices);
    await expectStored(fleet, dataDir);
    rmSync(dataDir, { recursive: true });
  },
);
