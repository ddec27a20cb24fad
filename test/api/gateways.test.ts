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
