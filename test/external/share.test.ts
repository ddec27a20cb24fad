import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { startPart } from '../processes.ts';
import { startStack, type Stack } from '../stack.ts';
import { madeBy, storedIn } from './books.ts';
import { createClock, startDevices, untilReceipted } from './device.ts';
import { isSkipped, note, startMosquitto, type Mosquitto } from './mosquitto.ts';

const ids = Array.from({ length: 10 }, (_, n) => `fleet-${n}`);
const series = ids.flatMap((device) =>
  (['temperature', 'humidity', 'setpoint'] as const).map((quantity) => ({ device, quantity })),
);
const patient = { timeout: 20_000 };

function startMember(mosquitto: Mosquitto): Promise<Stack> {
  return startStack({ brokerUrl: mosquitto.url, env: { ...mosquitto.env, HEARTH_BROKER_SHARE: 'home' } });
}

async function addFleet(one: Stack, other: Stack) {
  const credentials = [];
  for (const id of ids) credentials.push(await one.addDevice(id));
  await expect.poll(async () => (await other.api('devices')).length, patient).toBe(ids.length);
  return credentials;
}

test.skipIf(isSkipped)(
  `two apis of one group split the readings, give receipts for all, and either asks and sets${note}`,
  { timeout: 120_000 },
  async () => {
    const kept = mkdtempSync(join(tmpdir(), 'hearth-kept-'));
    await using mosquitto = await startMosquitto({ access: 'mosquitto' });
    let made: string[];
    {
      await using one = await startMember(mosquitto);
      await using other = await startMember(mosquitto);
      const credentials = await addFleet(one, other);
      await using fleet = startDevices(mosquitto, credentials, { periodMs: 100, kind: 'thermostat' });
      for (const stack of [one, other]) {
        const isKnown = async () =>
          (await stack.api('devices')).every(({ isOnline, about }) => isOnline === true && about !== null);
        await expect.poll(isKnown, patient).toBe(true);
        for (let turn = 0; turn < 3; turn++)
          expect(await stack.api('ask', { params: { id: 'fleet-3' }, body: {} })).toMatchObject({
            outcome: 'answered',
          });
      }
      await other.api('setSetpoint', { params: { id: 'fleet-4' }, body: { setpoint: 23 } });
      const command = async () => (await other.api('device', { params: { id: 'fleet-4' } })).device.command;
      await expect.poll(command, patient).toMatchObject({ state: 'confirmed' });
      await pause(3000);
      fleet.pause();
      await vi.waitFor(() => expect(fleet.ledger.counts().waiting).toBe(0), { timeout: 20_000 });
      made = madeBy(fleet);
      for (const [name, { dataDir }] of Object.entries({ one, other }))
        cpSync(dataDir, join(kept, name), { recursive: true });
      // The load was split, and the one where it was not added knows the removal too.
      await other.api('removeDevice', { params: { id: 'fleet-0' } });
      await expect.poll(async () => (await one.api('devices')).length, patient).toBe(ids.length - 1);
    }
    const [ofOne, ofOther] = await Promise.all(
      ['one', 'other'].map((name) => storedIn([join(kept, name)], series)),
    );
    expect(ofOne!.size).toBeGreaterThan(made.length / 4);
    expect(ofOther!.size).toBeGreaterThan(made.length / 4);
    const times = (value: string): number => (ofOne!.get(value) ?? 0) + (ofOther!.get(value) ?? 0);
    expect(made.filter((value) => times(value) !== 1)).toEqual([]);
    rmSync(kept, { recursive: true });
  },
);

test.skipIf(isSkipped)(
  `when one of two apis is killed, the other takes all, and what was on its way comes again${note}`,
  { timeout: 150_000 },
  async () => {
    const killed = mkdtempSync(join(tmpdir(), 'hearth-killed-'));
    const kept = mkdtempSync(join(tmpdir(), 'hearth-kept-'));
    await using mosquitto = await startMosquitto({ access: 'mosquitto' });
    let made: string[];
    {
      await using one = await startMember(mosquitto);
      await using other = await startPart('api', {
        ...mosquitto.env,
        HEARTH_DATA_DIR: killed,
        HEARTH_HTTP_PORT: '0',
        HEARTH_DEMO: 'off',
        HEARTH_BROKER_URL: mosquitto.url,
        HEARTH_BROKER_SHARE: 'home',
      });
      await expect.poll(() => other.output(), patient).toContain('connected to the broker');
      const credentials = [];
      for (const id of ids) credentials.push(await one.addDevice(id));
      const clock = createClock();
      await using fleet = startDevices(mosquitto, credentials, { periodMs: 100, kind: 'thermostat', clock });
      await pause(3000);
      await other.kill();
      await pause(2000);
      fleet.pause();
      await untilReceipted(fleet, clock);
      expect(fleet.ledger.entries().every(({ isReceipted }) => isReceipted)).toBe(true);
      made = madeBy(fleet);
      cpSync(one.dataDir, kept, { recursive: true });
    }
    const ofKilled = await storedIn([killed], series);
    const ofOther = await storedIn([kept], series);
    expect(ofKilled.size).toBeGreaterThan(0);
    expect(made.filter((value) => !ofKilled.has(value) && !ofOther.has(value))).toEqual([]);
    // Stored, and killed before it could say so: only one store behind both could rule this out.
    const twice = made.filter((value) => ofKilled.has(value) && ofOther.has(value));
    expect(twice.length).toBeLessThan(made.length / 20);
    for (const folder of [killed, kept]) rmSync(folder, { recursive: true });
  },
);
