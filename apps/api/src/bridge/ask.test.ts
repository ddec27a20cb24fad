import { deviceTopic } from '@hearth/contract';
import { expect, test } from 'vitest';
import { reading, soon, startTestBridge, thermostat, home, type TestBridge } from './test-bridge.ts';

async function isOnline(rig: TestBridge, id: string) {
  await expect.poll(() => rig.devices.get(id), soon).toMatchObject({ isOnline: true, ask: 'contract' });
  return rig.devices.get(id)!;
}

test('an answer comes from the device, with its time, age and legs that add up', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  device.onRequest = ({ id }) =>
    void device.publish('response', {
      id,
      values: { temperature: 20.7, setpoint: 21 },
      at: Date.now() - 1500,
      tookMs: 0.5,
    });
  const outcome = await rig.bridge.ask(await isOnline(rig, 'hall'), {
    quantities: ['temperature', 'setpoint'],
  });
  expect(outcome).toMatchObject({ outcome: 'answered', values: { temperature: 20.7 }, source: 'device' });
  expect(device.requests).toMatchObject([{ conn: 1, get: ['temperature', 'setpoint'] }]);
  if (outcome.outcome !== 'answered') throw new Error('not answered');
  const { toBrokerMs, onDeviceMs, wireMs } = outcome.legs;
  expect(toBrokerMs + onDeviceMs! + wireMs).toBeCloseTo(outcome.roundTripMs, 1);
  expect(outcome.ageMs).toBeGreaterThanOrEqual(1500);
  // Only what is stored becomes a value of the device.
  expect(rig.devices.get('hall')?.latest).toEqual({});
});

test('an uptime in an answer is dated by what was heard in that boot', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await device.publish('reading', { boot: 1, seq: 1, uptime: 100_000, values: { temperature: 20 } });
  await expect.poll(() => device.receipts.length, soon).toBe(1);
  device.onRequest = ({ id }) =>
    void device.publish('response', { id, values: { temperature: 20.7 }, uptime: 70_000 });
  const outcome = await rig.bridge.ask(await isOnline(rig, 'hall'), {});
  expect(outcome).toMatchObject({ outcome: 'answered', legs: { onDeviceMs: null } });
  if (outcome.outcome === 'answered') expect(outcome.ageMs).toBeGreaterThanOrEqual(29_000);
});

test('a device that does not answer in time has timed out, and a late answer changes nothing', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  expect(await rig.bridge.ask(await isOnline(rig, 'hall'), { deadlineMs: 150 })).toEqual({
    outcome: 'timed-out',
    deadlineMs: 150,
  });
  await expect.poll(() => device.requests.length, soon).toBe(1);
  await device.publish('response', {
    id: device.requests[0]!.id,
    values: { temperature: 20 },
    at: Date.now(),
  });
  await device.publish('reading', reading(1));
  await expect.poll(() => device.receipts.length, soon).toBe(1);
  expect(rig.devices.get('hall')?.counts.rejected).toBe(0);
});

test('a device that is away is not connected, and says since when', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await isOnline(rig, 'hall');
  const before = Date.now();
  device.client.options.reconnectPeriod = 0;
  device.client.stream.destroy();
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(false);
  const outcome = await rig.bridge.ask(rig.devices.get('hall')!, {});
  expect(outcome).toMatchObject({ outcome: 'not-connected' });
  if (outcome.outcome === 'not-connected') expect(outcome.since).toBeGreaterThanOrEqual(before);
});

test('a device that never came is not connected, since nobody knows when', async () => {
  await using rig = await startTestBridge();
  const device = rig.devices.add({
    id: 'new',
    name: 'new',
    role: 'device',
    isDemo: false,
    source: 'contract',
  });
  expect(await rig.bridge.ask(device, {})).toEqual({ outcome: 'not-connected', since: null });
});

test('the refusal of a device is passed on', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  device.onRequest = ({ id }) =>
    void device.publish('response', { id, error: { code: 'stale', detail: 'conn is 2 now' } });
  expect(await rig.bridge.ask(await isOnline(rig, 'hall'), {})).toMatchObject({
    outcome: 'refused',
    code: 'stale',
    detail: 'conn is 2 now',
    roundTripMs: expect.any(Number),
  });
});

test('a device that only reports cannot be asked', async () => {
  await using rig = await startTestBridge();
  await rig.addDevice('hall', { ...thermostat, commands: {} });
  await expect.poll(() => rig.devices.get('hall')?.about, soon).not.toBe(null);
  const outcome = await rig.bridge.ask(rig.devices.get('hall')!, {});
  expect(outcome).toMatchObject({ outcome: 'refused', code: 'cannot-be-asked', roundTripMs: null });
});

test.each([
  [
    'a value of the wrong type',
    (id: string) => JSON.stringify({ id, values: { temperature: '20' }, at: Date.now() }),
    '/values/temperature',
  ],
  ['bytes that are not JSON', () => 'twenty', ''],
  [
    'a quantity that the manifest does not name',
    (id: string) => JSON.stringify({ id, values: { power: 3 }, at: Date.now() }),
    '/values/power',
  ],
])('an answer with %s is malformed, and kept on the page', async (_, payload, path) => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  device.onRequest = ({ id }) => void device.publish('response', payload(id));
  const outcome = await rig.bridge.ask(await isOnline(rig, 'hall'), {});
  expect(outcome).toMatchObject({ outcome: 'malformed', path, rule: expect.any(String) });
  await expect
    .poll(() => rig.devices.detail('hall')?.rejected, soon)
    .toMatchObject([{ path, topic: deviceTopic(home, 'hall', 'response') }]);
});

test('an answer of another device to the same request does not count', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  const other = await rig.addDevice('bath');
  device.onRequest = ({ id }) =>
    void other.publish('response', { id, values: { temperature: 5 }, at: Date.now() });
  expect(await rig.bridge.ask(await isOnline(rig, 'hall'), { deadlineMs: 300 })).toMatchObject({
    outcome: 'timed-out',
  });
});

test('without the broker nobody can be asked', async () => {
  await using rig = await startTestBridge();
  await rig.addDevice('hall');
  const device = await isOnline(rig, 'hall');
  await rig.stopBroker();
  await expect.poll(() => rig.bridge.state().isConnected, soon).toBe(false);
  await expect(rig.bridge.ask(device, {})).rejects.toMatchObject({ code: 'broker-away' });
});
