import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { home, soon, startTestBridge, type TestBridge } from './test-bridge.ts';

async function connectGateway(rig: TestBridge) {
  await rig.bridge.control.add([
    { id: 'radio', role: 'gateway', home, secret: 'radio', topics: ['rtl_433/#'] },
  ]);
  rig.devices.add({ id: 'radio', name: 'Radio', role: 'gateway', isDemo: false, source: 'contract' });
  const { mqttUrl } = rig.broker.address;
  return mqtt.connectAsync(mqttUrl, { clientId: 'rtl', username: 'radio', password: 'radio' });
}
const frame = (fields: object): string =>
  JSON.stringify({ time: new Date().toISOString(), model: 'Nexus-TH', id: 181, channel: 1, ...fields });

test('what rtl_433 hears becomes a device that nobody added, with all that was heard of it', async () => {
  await using rig = await startTestBridge();
  const gateway = await connectGateway(rig);
  await gateway.publishAsync('rtl_433/attic/events', frame({ temperature_C: 21.4, battery_ok: 1 }));
  const heard = () => rig.devices.list().find(({ source }) => source === 'rtl_433');
  await expect.poll(heard, soon).toMatchObject({
    about: { kind: 'sensor' },
    ask: 'none',
    isOnline: null,
    latest: { temperature: { value: 21.4 }, batteryLow: { value: false } },
  });
  await gateway.publishAsync('rtl_433/attic/events', frame({ temperature_C: 21.5, humidity: 40 }));
  await expect.poll(() => heard()?.latest.humidity?.value, soon).toBe(40);
  expect(Object.keys(heard()!.about!.quantities)).toEqual(['temperature', 'batteryLow', 'humidity']);
  expect(rig.devices.get('radio')?.lastMessageAt).toEqual(expect.any(Number));
  expect(rig.devices.gatewayOf(heard()!.id)).toBe('radio');
  await rig.restartBridge();
  expect(heard()).toMatchObject({ latest: { temperature: { value: 21.5 } } });
  await gateway.endAsync();
});

test('a frame that was not heard well is kept on the page of the gateway', async () => {
  await using rig = await startTestBridge();
  const gateway = await connectGateway(rig);
  await gateway.publishAsync('rtl_433/attic/events', frame({ temperature_C: 999 }), { qos: 1 });
  await expect
    .poll(() => rig.devices.detail('radio')?.rejected, soon)
    .toMatchObject([{ topic: 'rtl_433/attic/events', path: '/temperature_C' }]);
  expect(rig.devices.list()).toHaveLength(1);
  await gateway.endAsync();
});
