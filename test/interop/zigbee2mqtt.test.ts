import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device, DeviceCredential } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { installSoftware } from '../../scripts/test/software.mjs';
import { launchChromium } from '../browser.ts';
import { startStack, type Stack } from '../stack.ts';
import { type Program } from './programs.ts';
import { makeZigbeeDevice } from './zigbee/device.ts';
import { startDongle, type Dongle } from './zigbee/dongle.ts';
import { meter, snzb02p, temperature, th1123zb, thermostat, trvzb } from './zigbee/models.ts';
import { configureZigbee2mqtt, startZigbee2mqtt } from './zigbee/zigbee2mqtt.ts';

/** For facts behind three programs on a busy machine. */
const patient = { timeout: 30_000 };

const ids = {
  valve: 'z2m-0x00124b0000000001',
  sensor: 'z2m-0x00124b0000000002',
  heater: 'z2m-0x00124b0000000003',
};
const names = {
  '0x00124b0000000001': 'livingroom/valve',
  '0x00124b0000000002': 'bathroom',
  '0x00124b0000000003': 'Hall heater',
};

describe('Zigbee2MQTT from npm, with a dongle and devices of ours', () => {
  let stack: Stack;
  let gateway: DeviceCredential;
  let dongle: Dongle;
  let zigbee2mqtt: Program;
  let software: string;
  let folder: string;

  /** A valve reports its new setpoint, as valves do, a moment after it was written. */
  const valve = makeZigbeeDevice(1, trvzb(), (device, cluster, attribute) =>
    device.report(cluster, attribute),
  );
  const sensor = makeZigbeeDevice(2, snzb02p());
  /** A heater reports its setpoint and then heats. */
  const heater = makeZigbeeDevice(3, th1123zb(), (device, cluster, attribute) => {
    device.report(cluster, attribute);
    device.change(thermostat.cluster, thermostat.demand, 100);
    device.report(thermostat.cluster, thermostat.demand);
    device.change(meter.cluster, meter.power, 1000);
    device.report(meter.cluster, meter.power);
  });

  const parts = new AsyncDisposableStack();
  beforeAll(async () => {
    software = await installSoftware();
    folder = await mkdtemp(join(tmpdir(), 'hearth-zigbee2mqtt-'));
    parts.defer(() => rm(folder, { recursive: true, force: true }));
    stack = parts.use(await startStack());
    dongle = parts.use(await startDongle());
    gateway = await stack.addDevice('zigbee', { role: 'gateway', speaks: 'zigbee2mqtt' });
    const { mqttUrl } = stack;
    await configureZigbee2mqtt({ software, folder, mqttUrl, gateway, donglePort: dongle.port, names });
    zigbee2mqtt = parts.use(startZigbee2mqtt({ software, folder }));
    await vi.waitFor(() => expect(zigbee2mqtt.output()).toMatch('Zigbee2MQTT started!'), patient);
    dongle.pair(valve, sensor, heater);
    const configured = () => zigbee2mqtt.output().match(/Successfully configured/g);
    await vi.waitFor(() => expect(configured()).toHaveLength(3), patient);
  }, 300_000);
  afterAll(() => parts.disposeAsync());

  const device = async (id: string): Promise<Device | undefined> =>
    (await stack.api('devices')).find((listed) => listed.id === id);
  const ask = (id: string, deadlineMs = 10_000) =>
    stack.api('ask', { params: { id }, body: { quantities: ['temperature'], deadlineMs } });
  const presence = async () => {
    const all = await Promise.all(Object.values(ids).map(device));
    return all.map((each) => each?.isOnline);
  };

  it('pairs three devices that its converters know, and Hearth has them with name, maker and limits', async () => {
    await expect.poll(presence, patient).toEqual([true, true, true]);
    const limits = (min: number, max: number) => ({ get: true, set: { setpoint: { min, max, step: 0.5 } } });
    expect(await device(ids.valve)).toMatchObject({
      name: 'livingroom/valve',
      source: 'zigbee2mqtt',
      ask: 'read',
      about: {
        maker: 'SONOFF',
        model: 'TRVZB',
        kind: 'thermostat',
        power: 'battery',
        commands: limits(4, 35),
      },
    });
    expect(await device(ids.sensor)).toMatchObject({
      name: 'bathroom',
      about: { maker: 'SONOFF', model: 'SNZB-02P', kind: 'sensor', power: 'battery' },
    });
    expect(await device(ids.heater)).toMatchObject({
      name: 'Hall heater',
      about: { maker: 'Sinopé', model: 'TH1123ZB', kind: 'thermostat', commands: limits(5, 30) },
    });
  });

  it('passes on what a device reports, with the moment at which it was heard', async () => {
    const before = Date.now();
    sensor.change(temperature.cluster, temperature.measured, 1925);
    sensor.report(temperature.cluster, temperature.measured);
    const latest = async () => (await device(ids.sensor))?.latest;
    await expect
      .poll(latest, patient)
      .toMatchObject({ temperature: { value: 19.25 }, humidity: { value: 47 } });
    const { at, isLate } = (await latest())!.temperature!;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
    expect(isLate).toBe(false);
  });

  it.each([
    ['valve', valve, thermostat.temperature, 2180, 21.8],
    ['heater', heater, thermostat.temperature, 1960, 19.6],
  ] as const)('has the %s itself read when it is asked now', async (name, asked, attribute, raw, value) => {
    asked.change(thermostat.cluster, attribute, raw);
    const before = asked.log.length;
    const answer = await ask(ids[name]);
    expect(answer).toMatchObject({ outcome: 'answered', values: { temperature: value }, source: 'device' });
    expect(asked.log.slice(before)).toEqual(['read 0201/0000']);
    expect((await device(ids[name]))?.latest.temperature?.value).toBe(value);
  });

  it('is on the dashboard with the temperature that it reported', async () => {
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const [name = '', value = ''] = stack.cookie.split(/[=;]/);
    await page.context().addCookies([{ name, value, url: stack.url }]);
    for (const [id, shown] of [
      [ids.sensor, /19[.,]\d/],
      [ids.valve, /°C/],
      [ids.heater, /°C/],
    ] as const) {
      await page.goto(`${stack.url}/devices/${id}`);
      await page.getByRole('main').getByText(shown).first().waitFor(patient);
    }
  });

  it('answers with what was read, and not with what Zigbee2MQTT knew before', async () => {
    heater.change(meter.cluster, meter.power, 40);
    const params = { id: ids.heater };
    const answer = await stack.api('ask', { params, body: { deadlineMs: 10_000 } });
    expect(answer).toMatchObject({ outcome: 'answered', values: { temperature: 19.6 } });
    expect(answer).not.toHaveProperty('values.power');
    await expect.poll(async () => (await device(ids.heater))?.latest.power?.value, patient).toBe(40);
  });

  it('sends a setpoint to the valve, and it counts when the valve says it', async () => {
    const before = valve.log.length;
    const params = { id: ids.valve };
    await stack.api('setSetpoint', { params, body: { setpoint: 21.5 } });
    await expect
      .poll(() => device(ids.valve), patient)
      .toMatchObject({
        latest: { setpoint: { value: 21.5 } },
        command: { state: 'confirmed', setpoint: 21.5 },
      });
    expect(valve.log.slice(before)).toContain('write 0201/0012 2150');
  });

  it('sends a setpoint to the electric heater, which begins to heat', async () => {
    await stack.api('setSetpoint', { params: { id: ids.heater }, body: { setpoint: 22 } });
    await expect
      .poll(() => device(ids.heater), patient)
      .toMatchObject({
        latest: { setpoint: { value: 22 }, heating: { value: true }, power: { value: 1000 } },
        command: { state: 'confirmed' },
      });
    expect(heater.log).toContain('write 0201/0012 2200');
  });

  it('gives no old value for an answer where the battery is flat', async () => {
    valve.isInReach = false;
    expect(await ask(ids.valve, 2000)).toEqual({ outcome: 'timed-out', deadlineMs: 2000 });
    valve.isInReach = true;
  });

  it('was refused nothing of what it publishes', async () => {
    expect((await stack.api('device', { params: { id: gateway.id } })).rejected).toEqual([]);
    expect(dongle.unknown).toEqual([]);
  });

  it('takes its devices away with it when it is killed, and they come back with it', async () => {
    await zigbee2mqtt.kill('SIGKILL');
    await expect.poll(presence, patient).toEqual([false, false, false]);
    expect(await ask(ids.heater)).toMatchObject({ outcome: 'not-connected' });
    zigbee2mqtt = parts.use(startZigbee2mqtt({ software, folder }));
    await expect.poll(presence, patient).toEqual([true, true, true]);
    await expect.poll(() => ask(ids.heater), patient).toMatchObject({ outcome: 'answered' });
    await zigbee2mqtt.kill('SIGTERM');
    await expect.poll(presence, patient).toEqual([false, false, false]);
  });
});
