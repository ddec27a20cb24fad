import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startFleet } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { type PartProcess, startPart } from '../processes.ts';
import { enrol, expectStored, untilWell } from './fleet.ts';

const devices = 30;
const periodMs = 100;
const rounds = depth.breakdowns;

test(
  `killing broker and api in any order ${rounds} times loses no reading that a device made, and stores none twice`,
  { timeout: 360_000 },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hearth-kill-'));
    const env = { HEARTH_DATA_DIR: dataDir, HEARTH_DEMO: 'on', HEARTH_LOG_LEVEL: 'warn' };
    const startBroker = (port: string): Promise<PartProcess> =>
      startPart('broker', { ...env, HEARTH_MQTT_PORT: port });
    const parts = { broker: await startBroker('0') } as Record<'broker' | 'api', PartProcess>;
    const brokerUrl = parts.broker.address['mqttUrl']!;
    const start = {
      broker: () => startBroker(new URL(brokerUrl).port),
      api: () => startPart('api', { ...env, HEARTH_HTTP_PORT: '0', HEARTH_BROKER_URL: brokerUrl }),
    };
    parts.api = await start.api();
    const credentials = await enrol(parts.api, dataDir, devices);
    const fleet = startFleet({ brokerUrl, home: 'home', credentials, periodMs, keepaliveS: 20, seed: 1 });
    const kill = async (part: 'broker' | 'api'): Promise<void> => {
      await parts[part].kill();
      await pause(Math.random() * 300);
      parts[part] = await start[part]();
    };
    try {
      for (let round = 0; round < rounds; round++) {
        await pause(300 + Math.random() * 900);
        // The worst order more often: what a broker loses, only the api that heard the gap knows of.
        const isBrokerFirst = round % 3 !== 2;
        await kill(isBrokerFirst ? 'broker' : 'api');
        await pause(Math.random() * 2000);
        await kill(isBrokerFirst ? 'api' : 'broker');
      }
      await untilWell(parts.api);
      fleet.pause();
      // As after any break, a device sends again what has no receipt; without one it would after a minute.
      for (const device of fleet.devices) device.cut();
      await expect.poll(() => fleet.ledger.counts().waiting, { timeout: 60_000, interval: 200 }).toBe(0);
    } finally {
      await fleet[Symbol.asyncDispose]();
      await parts.api[Symbol.asyncDispose]();
      await parts.broker[Symbol.asyncDispose]();
    }

    expect(fleet.ledger.counts().made).toBeGreaterThan(rounds * devices);
    await expectStored(fleet, dataDir);
    rmSync(dataDir, { recursive: true });
  },
);
