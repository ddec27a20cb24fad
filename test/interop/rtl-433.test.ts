import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Device, QuantityName } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startStack, type Stack } from '../stack.ts';
import { isInstalled, skipReason, start, type Program } from './programs.ts';
import { startRadio, type Radio } from './radio.ts';

const captures = process.env['RTL433_CAPTURES_DIR'];
const { isSkipped, note } = skipReason(
  isInstalled('rtl_433') ? null : 'rtl_433 is not installed',
  captures ? null : 'RTL433_CAPTURES_DIR, the folder of recorded radio, is not set',
  captures && !existsSync(captures) ? `there is no folder ${captures}` : null,
);

/** What the recordings' own README says of them. */
const danfoss = [
  { file: 'danfoss-cfr-001.cu8', temperature: 26.852, setpoint: 5.941 },
  { file: 'danfoss-cfr-002.cu8', temperature: 26.926, setpoint: 5.895 },
  { file: 'danfoss-cfr-003.cu8', temperature: 27.938, setpoint: 34.992 },
];

describe.skipIf(isSkipped)(`Debian’s rtl_433 with recorded radio of real devices${note}`, () => {
  let stack: Stack;
  let radio: Radio;
  let rtl433: Program;

  const parts = new AsyncDisposableStack();
  beforeAll(async () => {
    stack = parts.use(await startStack());
    radio = parts.use(await startRadio());
    const { id, secret } = await stack.addDevice('radio-gateway', { role: 'gateway', name: 'Radio' });
    const mqtt = `mqtt://127.0.0.1:${stack.mqttPort},user=${id},pass=${secret},retain=1`;
    const input = `rtl_tcp:127.0.0.1:${radio.port}`;
    rtl433 = parts.use(start('rtl_433', ['-c', '0', '-d', input, '-M', 'time:iso:utc', '-F', mqtt]));
    await vi.waitFor(
      () => {
        expect(rtl433.output()).toMatch('MQTT Connection established');
        expect(rtl433.output(), 'samples are being read').toMatch('low pass filter');
      },
      { timeout: 10_000 },
    );
  });
  afterAll(() => parts.disposeAsync());

  const device = async (id: string): Promise<Device | undefined> =>
    (await stack.api('devices')).find((listed) => listed.id === id);
  const latest = async (id: string, quantity: QuantityName): Promise<unknown> =>
    (await device(id))?.latest[quantity]?.value;
  const play = (file: string): Promise<void> => radio.play(join(captures!, file));

  it('shows the Nexus sensor with temperature, humidity and its empty battery', async () => {
    const id = 'rtl433-nexus-th-2-181';
    await play('nexus-th-001.cu8');
    await expect.poll(() => latest(id, 'temperature'), { timeout: 10_000 }).toBeCloseTo(19, 2);
    expect(await device(id)).toMatchObject({
      name: 'Nexus-TH 181, channel 2',
      source: 'rtl_433',
      ask: 'none',
      isOnline: null,
      about: { maker: 'Nexus', kind: 'sensor', power: 'battery', commands: {} },
      latest: { humidity: { value: 71 }, batteryLow: { value: true } },
    });
  });

  it('shows each frame of the Danfoss room thermostat', async () => {
    const id = 'rtl433-danfoss-cfr-4382';
    for (const { file, temperature, setpoint } of danfoss) {
      // rtl_433 gives whole seconds, and two frames of one second are one reading.
      const before = (await device(id))?.latest.temperature?.at ?? 0;
      await expect.poll(() => Date.now() - before, { timeout: 5000 }).toBeGreaterThan(2000);
      await play(file);
      await expect
        .poll(async () => Math.abs(Number(await latest(id, 'temperature')) - temperature), {
          timeout: 10_000,
        })
        .toBeLessThan(0.01);
      expect(Math.abs(Number(await latest(id, 'setpoint')) - setpoint)).toBeLessThan(0.01);
    }
    expect(await device(id)).toMatchObject({
      name: 'Danfoss-CFR 4382',
      about: { maker: 'Danfoss', model: 'CFR', kind: 'thermostat' },
    });
    const request = { params: { id }, body: {} };
    expect(await stack.api('ask', request)).toMatchObject({ outcome: 'refused', code: 'cannot-be-asked' });
  });

  it('refuses the gateway nothing of what rtl_433 publishes', async () => {
    const detail = await stack.api('device', { params: { id: 'radio-gateway' } });
    expect(detail.rejected).toEqual([]);
    expect(rtl433.output()).not.toMatch(/MQTT.*(lost|failed|clos)/i);
  });
});
