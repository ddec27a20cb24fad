import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { startStack } from '../stack.ts';

const soon = { timeout: 15_000, interval: 20 };

test('a gateway is added for its software, reaches its topics with this secret and the next, and its device is asked', async () => {
  await using stack = await startStack();
  const { id, secret } = await stack.addDevice('zigbee', {
    role: 'gateway',
    speaks: 'zigbee2mqtt',
    base: 'z2m',
  });
  const connect = (password: string) =>
    mqtt.connectAsync(`mqtt://127.0.0.1:${stack.mqttPort}`, { clientId: 'z2m', username: id, password });
  const client = await connect(secret);
  const numeric = { name: 'temperature', property: 'temperature', access: 5, unit: '°C' };
  const listed = {
    ieee_address: '0xa1',
    friendly_name: 'hall',
    definition: { vendor: 'SONOFF', model: 'SNZB-02P', exposes: [numeric] },
  };
  await client.subscribeAsync('z2m/hall/get', { qos: 1 });
  client.on('message', () => client.publish('z2m/hall', '{"temperature":20.4}', { qos: 1 }));
  await client.publishAsync('z2m/bridge/devices', JSON.stringify([listed]), { qos: 1, retain: true });
  const found = async () => (await stack.api('devices')).find((device) => device.id === 'z2m-0xa1');
  await expect.poll(found, soon).toMatchObject({ name: 'hall', source: 'zigbee2mqtt', ask: 'read' });
  // Its state is subscribed to a moment after its announcement.
  const ask = () => stack.api('ask', { params: { id: 'z2m-0xa1' }, body: { deadlineMs: 1000 } });
  await expect.poll(ask, soon).toMatchObject({ outcome: 'answered', values: { temperature: 20.4 } });
  await expect.poll(async () => (await found())?.latest.temperature?.value, soon).toBe(20.4);
  const detail = await stack.api('device', { params: { id } });
  expect(detail).toMatchObject({ device: { lastMessageAt: expect.any(Number) }, rejected: [] });
  await client.endAsync();

  const next = await stack.api('changeSecret', { params: { id } });
  const again = await connect(next.secret);
  await again.publishAsync('z2m/hall', '{"temperature":20.9}', { qos: 1 });
  await expect.poll(async () => (await found())?.latest.temperature?.value, soon).toBe(20.9);
  await again.endAsync();
});

test('a Home Assistant is told of a device and sets it, with a credential that reaches no device', async () => {
  await using stack = await startStack({ env: { HEARTH_HOMEASSISTANT: 'on' } });
  const url = `mqtt://127.0.0.1:${stack.mqttPort}`;
  const ha = await stack.addDevice('home-assistant', { role: 'gateway', speaks: 'home-assistant' });
  const heard = new Map<string, string>();
  const client = await mqtt.connectAsync(url, { clientId: 'ha', username: ha.id, password: ha.secret });
  client.on('message', (topic, payload) => heard.set(topic, payload.toString()));
  await client.subscribeAsync(['homeassistant/#', 'hearth/ha/#'], { qos: 1 });

  const { id, secret } = await stack.addDevice('hall', { name: 'Hall' });
  const topic = (kind: string): string => `hearth/v1/home/${id}/${kind}`;
  const device = await mqtt.connectAsync(url, { clientId: id, username: id, password: secret });
  const say = (kind: string, message: object) =>
    device.publishAsync(topic(kind), JSON.stringify(message), { qos: 1, retain: kind !== 'response' });
  device.on('message', (_, payload) => {
    const { set } = JSON.parse(payload.toString()) as { set: object };
    void say('reading', { boot: 1, seq: 1, at: Date.now(), values: set });
  });
  await device.subscribeAsync(topic('request'), { qos: 1 });
  await say('about', {
    contract: 1,
    maker: 'Test',
    model: 'T1',
    kind: 'thermostat',
    firmware: '1',
    quantities: { setpoint: { unit: '°C' } },
    commands: { set: { setpoint: { min: 5, max: 30, step: 0.5 } } },
  });
  await say('status', { online: true, boot: 1, conn: 1 });
  await expect.poll(() => heard.get('homeassistant/device/hearth-hall/config'), soon).toContain('"Hall"');
  const online = async () => (await stack.api('devices')).find((each) => each.id === id)?.isOnline;
  await expect.poll(online, soon).toBe(true);
  await client.publishAsync('hearth/ha/hall/setpoint/set', '21.5', { qos: 1 });
  await expect.poll(() => heard.get('hearth/ha/hall/setpoint'), soon).toBe('21.5');
  await client.endAsync();
  await device.endAsync();
});
