import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installSoftware } from '../../scripts/test/software.mjs';
import { startStack, type Stack } from '../stack.ts';
import { start, type Program } from './programs.ts';

const patient = { timeout: 20_000 };

/** Hearth reads no Homie: this is about the broker, whose retained messages and wills Homie lives on, at QoS 2. */
describe('node-homie from npm, a device and a controller at our broker', () => {
  let stack: Stack;
  let thermostat: Program;
  let controller: Program;
  let gatewayId: string;

  const parts = new AsyncDisposableStack();
  beforeAll(async () => {
    const software = await installSoftware();
    stack = parts.use(await startStack());
    const { id, secret } = await stack.addDevice('homie', {
      role: 'gateway',
      speaks: 'discovery',
      base: 'homie',
    });
    gatewayId = id;
    const env = { SOFTWARE: software, MQTT_URL: stack.mqttUrl, MQTT_USER: id, MQTT_PASSWORD: secret };
    const run = (name: string): Program => {
      const script = fileURLToPath(new URL(`homie/${name}.ts`, import.meta.url));
      return parts.use(start(process.execPath, [script], { env: { ...env, NODE_OPTIONS: '' } }));
    };
    thermostat = run('thermostat');
    controller = run('controller');
  }, 300_000);
  afterAll(() => parts.disposeAsync());

  const lines = (): string[] => controller.output().split('\n');

  it('find each other by what the broker keeps, and the value of a property is read', async () => {
    await expect.poll(lines, patient).toContain('state ready');
    await expect.poll(lines, patient).toContain('temperature 20.6');
  });

  it('pass a setpoint down, which the device says in return', async () => {
    await expect.poll(lines, patient).toContain('setpoint 21.5');
    expect(lines().indexOf('setpoint 20')).toBeLessThan(lines().indexOf('setpoint 21.5'));
  });

  it('learn by the will that the device is lost', async () => {
    await thermostat.kill('SIGKILL');
    await expect.poll(lines, patient).toContain('state lost');
    expect((await stack.api('device', { params: { id: gatewayId } })).rejected).toEqual([]);
  });
});
