import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Device } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startStack, type Stack } from '../stack.ts';
import { findPahoPython, isInstalled, skipReason, start, type Program } from './programs.ts';
import { startRadio, type Radio } from './radio.ts';

/** Debian ships it beside rtl_433, unpacked and without its own program in the PATH. */
const script = '/usr/share/doc/rtl-433/examples/rtl_433_mqtt_hass.py';
const captures = process.env['RTL433_CAPTURES_DIR'];
const python = findPahoPython();
const { isSkipped, note } = skipReason(
  isInstalled('rtl_433') ? null : 'rtl_433 is not installed',
  existsSync(script) ? null : `there is no ${script}`,
  python ? null : 'no Python with paho-mqtt is installed',
  captures ? null : 'RTL433_CAPTURES_DIR, the folder of recorded radio, is not set',
  captures && !existsSync(captures) ? `there is no folder ${captures}` : null,
);
const patient = { timeout: 15_000 };
const hearthBroker = fileURLToPath(new URL('../../apps/broker/src/cli/hearth-broker.ts', import.meta.url));

describe.skipIf(isSkipped)(`Debian’s rtl_433 with its script for Home Assistant${note}`, () => {
  let stack: Stack;
  let radio: Radio;

  const parts = new AsyncDisposableStack();
  beforeAll(async () => {
    stack = parts.use(await startStack());
    radio = parts.use(await startRadio());
  });
  afterAll(() => parts.disposeAsync());

  /** As docs/devices.md has it: a credential for both, whose topics begin with `base`. */
  async function startBoth(id: string, base: string, topics: string): Promise<Program[]> {
    const args = ['add', id, '--gateway', '--topics', `${base}/#,homeassistant/+/+/+/config`, '--json'];
    const env = { HEARTH_DATA_DIR: stack.dataDir, NODE_OPTIONS: '' };
    await using adding = start(process.execPath, [hearthBroker, ...args], { env });
    const { secret } = JSON.parse((await adding.ended).output) as { secret: string };
    await vi.waitFor(async () => expect((await stack.api('devices')).map((each) => each.id)).toContain(id));

    const server = ['-H', '127.0.0.1', '-p', String(stack.mqttPort)];
    const login = { MQTT_USERNAME: id, MQTT_PASSWORD: secret };
    const announce = [script, ...server, '--retain', '-R', `${base}/+/events`];
    const announcer = parts.use(start(python!, announce, { env: login }));
    const mqtt = `mqtt://127.0.0.1:${stack.mqttPort},user=${id},pass=${secret},retain=1${topics}`;
    const input = `rtl_tcp:127.0.0.1:${radio.port}`;
    const rtl433 = parts.use(start('rtl_433', ['-c', '0', '-d', input, '-M', 'time:iso:utc:tz', '-F', mqtt]));
    await vi.waitFor(() => {
      expect(announcer.output()).toMatch('Subscribing to');
      expect(rtl433.output()).toMatch('MQTT Connection established');
      expect(rtl433.output(), 'samples are being read').toMatch('low pass filter');
    }, patient);
    return [announcer, rtl433];
  }
  const heard = async (): Promise<Device[]> =>
    (await stack.api('devices')).filter(({ role }) => role === 'device');
  const play = (): Promise<void> => radio.play(join(captures!, 'nexus-th-001.cu8'));
  const rejected = async (id: string) => (await stack.api('device', { params: { id } })).rejected;

  it('gives each device once: what rtl_433 says itself is read, and the announcement of it is not', async () => {
    const [announcer, rtl433] = await startBoth('radio', 'rtl_433', '');
    await play();
    await expect.poll(() => announcer!.output(), patient).toMatch('Published Nexus-TH/2/181');
    const at = async () => (await heard())[0]?.latest.temperature?.at ?? 0;
    await expect.poll(at, patient).toBeGreaterThan(0);
    // The announcement, and all of a frame that was heard after it, came the same way as two later frames.
    for (let frame = 0; frame < 2; frame++) {
      const before = await at();
      await expect.poll(() => play().then(at), { ...patient, interval: 1000 }).toBeGreaterThan(before);
    }
    expect(await heard()).toMatchObject([
      { id: 'rtl433-nexus-th-2-181', source: 'rtl_433', latest: { temperature: { value: 19 } } },
    ]);
    expect(await rejected('radio')).toEqual([]);
    for (const program of [announcer!, rtl433!]) await program.kill('SIGKILL');
  });

  it('is read by its announcements where rtl_433 speaks on topics of other names', async () => {
    const device = 'devices[/type][/model][/subtype][/channel][/id]';
    const [announcer] = await startBoth(
      'attic',
      'attic',
      `,events=attic/sdr/events,devices=attic/sdr/${device}`,
    );
    await play();
    await expect.poll(() => announcer!.output(), patient).toMatch('Published Nexus-TH/2/181');
    const announced = async () => (await heard()).find(({ source }) => source === 'homeassistant');
    // What is said before Hearth listens where the announcement says is lost: sensors repeat themselves.
    await expect
      .poll(() => play().then(announced), { ...patient, interval: 1000 })
      .toMatchObject({
        id: 'ha-nexus-th-2-181',
        name: 'Nexus-TH-2-181',
        ask: 'none',
        about: { maker: 'rtl_433', model: 'Nexus-TH', kind: 'sensor' },
        latest: { temperature: { value: 19 }, humidity: { value: 71 }, battery: { value: 1 } },
      });
    expect(await heard()).toHaveLength(2);
    expect(await rejected('attic')).toEqual([]);
  });
});
