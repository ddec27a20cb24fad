import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Device, DeviceCredential } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack.ts';
import { layCable, type Cable } from './cable.ts';
import { findPahoPython, skipReason, start, type Program } from './programs.ts';

const python = findPahoPython();
const { isSkipped, note } = skipReason(python ? null : 'no Python with paho-mqtt is installed');
/** For facts that a busy machine takes its time for. */
const patient = { timeout: 10_000 };
const example = fileURLToPath(new URL('../../examples/device.py', import.meta.url));

describe.skipIf(isSkipped)(`examples/device.py, written from the guide for device makers${note}`, () => {
  let stack: Stack;
  let credential: DeviceCredential;
  let folder: string;
  let cable: Cable;
  let thermostat: Program;

  function startThermostat(): Program {
    const { id, secret, home } = credential;
    const env = { DEVICE: id, SECRET: secret, HOME_ID: home, PORT: String(cable.port), PERIOD_MS: '250' };
    return start(python!, [example], { cwd: folder, env });
  }
  const device = async (): Promise<Device> =>
    (await stack.api('device', { params: { id: credential.id } })).device;

  const parts = new AsyncDisposableStack();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hearth-paho-'));
    parts.defer(() => rm(folder, { recursive: true, force: true }));
    stack = parts.use(await startStack());
    cable = parts.use(await layCable(stack.mqttPort));
    credential = await stack.addDevice('paho-thermostat');
    thermostat = parts.use(startThermostat());
  });
  afterAll(() => parts.disposeAsync());

  it('appears with its manifest and its readings are stored', async () => {
    await expect.poll(device, patient).toMatchObject({
      isOnline: true,
      about: { model: 'Paho thermostat' },
      latest: { setpoint: { value: 20 } },
    });
    const from = Date.now() - 60_000;
    const query = { device: credential.id, quantities: 'temperature', from, to: from + 120_000 };
    await expect
      .poll(
        async () => (await stack.api('series', { query })).series[0]?.count.reduce((a, b) => a + b, 0),
        patient,
      )
      .toBeGreaterThan(5);
    expect(await device()).toMatchObject({ counts: { duplicates: 0, missing: 0, rejected: 0 } });
  });

  it('answers when it is asked, and the legs add up', async () => {
    const body = { quantities: ['temperature' as const, 'setpoint' as const] };
    const outcome = await stack.api('ask', { params: { id: credential.id }, body });
    expect(outcome).toMatchObject({ outcome: 'answered', values: { setpoint: 20 }, source: 'device' });
    if (outcome.outcome !== 'answered') return;
    const { toBrokerMs, onDeviceMs, wireMs } = outcome.legs;
    expect(onDeviceMs).toBeGreaterThanOrEqual(0);
    expect(toBrokerMs + (onDeviceMs ?? 0) + wireMs).toBeCloseTo(outcome.roundTripMs, 3);
  });

  it('refuses a quantity that it does not have', async () => {
    const request = { params: { id: credential.id }, body: { quantities: ['humidity' as const] } };
    expect(await stack.api('ask', request)).toMatchObject({ outcome: 'refused', code: 'unknown-quantity' });
  });

  it('takes a setpoint and confirms it by a reading', async () => {
    const command = await stack.api('setSetpoint', {
      params: { id: credential.id },
      body: { setpoint: 21.5 },
    });
    expect(['sending', 'waiting']).toContain(command.state);
    await expect.poll(device, patient).toMatchObject({
      latest: { setpoint: { value: 21.5 } },
      command: { id: command.id, state: 'confirmed' },
    });
  });

  it('keeps its readings while the network is away, and hands them in afterwards', async () => {
    cable.pull();
    await expect.poll(device, patient).toMatchObject({ isOnline: false });
    // Two whole seconds of eight periods: some of what was measured in them has to come from the buffer.
    const from = Math.ceil(Date.now() / 1000) * 1000;
    const to = from + 2000;
    await expect.poll(() => Date.now(), { timeout: 5000 }).toBeGreaterThan(to);
    const query = { device: credential.id, quantities: 'temperature', from, to, points: 8 };
    const count = async (): Promise<number> =>
      (await stack.api('series', { query })).series[0]?.count.reduce((a, b) => a + b, 0) ?? 0;
    expect(await count()).toBe(0);

    cable.plug();
    await expect.poll(count, patient).toBeGreaterThanOrEqual(6);
    await expect.poll(device, patient).toMatchObject({ isOnline: true, counts: { missing: 0, rejected: 0 } });
    const ask = { params: { id: credential.id }, body: {} };
    expect(await stack.api('ask', ask)).toMatchObject({ outcome: 'answered' });
  });

  it('is offline when it is killed, and comes back with the next boot', async () => {
    const before = await device();
    await thermostat.kill('SIGKILL');
    await expect.poll(device, patient).toMatchObject({ isOnline: false });
    const ask = { params: { id: credential.id }, body: {} };
    expect(await stack.api('ask', ask)).toMatchObject({ outcome: 'not-connected' });

    thermostat = parts.use(startThermostat());
    await expect.poll(device, patient).toMatchObject({ isOnline: true, counts: { missing: 0, rejected: 0 } });
    await expect
      .poll(async () => (await device()).latest.temperature?.at, patient)
      .toBeGreaterThan(before.latest.temperature!.at);
    expect(JSON.parse(await readFile(join(folder, `${credential.id}.json`), 'utf8'))).toMatchObject({
      boot: 2,
    });
    expect(await stack.api('ask', ask)).toMatchObject({ outcome: 'answered' });
  });
});
