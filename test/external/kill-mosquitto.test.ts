import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { startStack } from '../stack.ts';
import { madeBy, storedIn } from './books.ts';
import { createClock, startDevices, untilReceipted } from './device.ts';
import { isSkipped, note, startMosquitto } from './mosquitto.ts';

const devices = 20;
const kills = 5;

test.skipIf(isSkipped)(
  `killing Mosquitto ${kills} times under ${devices} devices, memory and all, loses no reading and stores none twice${note}`,
  { timeout: 360_000 },
  async () => {
    await using mosquitto = await startMosquitto({ access: 'mosquitto', isTls: true });
    const kept = mkdtempSync(join(tmpdir(), 'hearth-kept-'));
    const ids = Array.from({ length: devices }, (_, n) => `fleet-${String(n).padStart(2, '0')}`);
    let made: string[];
    {
      await using stack = await startStack({ brokerUrl: mosquitto.url, env: mosquitto.env });
      const credentials = [];
      for (const id of ids) credentials.push(await stack.addDevice(id));
      const clock = createClock();
      await using fleet = startDevices(mosquitto, credentials, { periodMs: 100, clock });
      const health = async () => (await stack.api('health')).broker?.isConnected;
      for (let kill = 0; kill < kills; kill++) {
        await vi.waitFor(() => expect(fleet.devices.every(({ isOnline }) => isOnline)).toBe(true), {
          timeout: 30_000,
        });
        await pause(300 + Math.random() * 900);
        await mosquitto.kill();
        await expect.poll(health, { timeout: 10_000 }).toBe(false);
        await mosquitto.restart();
        await expect.poll(health, { timeout: 20_000 }).toBe(true);
      }
      await pause(1000);
      fleet.pause();
      await untilReceipted(fleet, clock);
      expect(fleet.ledger.counts().dropped).toBe(0);
      expect(fleet.ledger.entries().every(({ isReceipted }) => isReceipted)).toBe(true);
      made = madeBy(fleet);
      // The store is one writer's: it is looked at in a copy, when all of it is on disk.
      cpSync(stack.dataDir, kept, { recursive: true });
    }
    const series = ids.flatMap((device) =>
      (['temperature', 'humidity'] as const).map((quantity) => ({ device, quantity })),
    );
    const found = await storedIn([kept], series);
    expect(made.length).toBeGreaterThan(devices * kills * 2);
    expect(made.filter((value) => found.get(value) !== 1)).toEqual([]);
    expect(found.size).toBe(made.length);
    rmSync(kept, { recursive: true });
  },
);
