import { expect, test } from 'vitest';
import { CannotSetError, DeviceOfflineError, OutOfRangeError } from './setpoint.ts';
import { reading, soon, startTestBridge, type TestBridge } from './test-bridge.ts';

async function online(rig: TestBridge) {
  const device = await rig.addDevice('hall');
  await expect.poll(() => rig.devices.get('hall'), soon).toMatchObject({ isOnline: true, ask: 'contract' });
  return { device, hall: rig.devices.get('hall')! };
}
const stateOf = (rig: TestBridge) => rig.devices.get('hall')?.command?.state;
const quick = { commandTiming: { retryMs: 100, unconfirmedMs: 400 } };

test('a setpoint is requested, then waits, and the report of the device confirms it', async () => {
  await using rig = await startTestBridge();
  const { device, hall } = await online(rig);
  const command = await rig.bridge.setSetpoint(hall, 21.5, 'Anna');
  expect(command).toMatchObject({ state: 'sending', setpoint: 21.5, requestedBy: 'Anna', settledAt: null });
  await expect.poll(() => stateOf(rig), soon).toBe('waiting');
  await expect
    .poll(() => device.requests, soon)
    .toEqual([{ id: command.id, conn: 1, set: { setpoint: 21.5 } }]);
  await device.publish('reading', reading(1, { temperature: 20, setpoint: 20 }));
  await device.publish('reading', reading(2, { temperature: 20, setpoint: 21.4 }));
  await expect.poll(() => stateOf(rig), soon).toBe('confirmed');
  const states = rig.events.flatMap(({ event, data }) => (event === 'command' ? data.state : []));
  expect(states).toEqual(['sending', 'waiting', 'confirmed']);
});

test('the answer of the device says that it took the setpoint, which only its report confirms', async () => {
  await using rig = await startTestBridge();
  const { device, hall } = await online(rig);
  device.onRequest = ({ id, set }) => void device.publish('response', { id, values: set, at: Date.now() });
  await rig.bridge.setSetpoint(hall, 22, 'Anna');
  await expect.poll(() => stateOf(rig), soon).toBe('accepted');
  await device.publish('reading', reading(1, { setpoint: 22 }));
  await expect.poll(() => stateOf(rig), soon).toBe('confirmed');
});

test('a device that took a setpoint and reports another did not confirm it, until it does', async () => {
  await using rig = await startTestBridge(quick);
  const { device, hall } = await online(rig);
  device.onRequest = ({ id, set }) => void device.publish('response', { id, values: set, at: Date.now() });
  await rig.bridge.setSetpoint(hall, 20.5, 'Anna');
  await device.publish('reading', reading(1, { setpoint: 20 }));
  await expect.poll(() => stateOf(rig), soon).toBe('unconfirmed');
  // What it took is not sent again.
  expect(device.requests).toHaveLength(1);
  await device.publish('reading', reading(2, { setpoint: 20.5 }));
  await expect.poll(() => stateOf(rig), soon).toBe('confirmed');
  expect(rig.db.prepare('SELECT state FROM command').pluck().all()).toEqual(['confirmed']);
});

test('a device may refuse a setpoint, with its limits', async () => {
  await using rig = await startTestBridge();
  const { device, hall } = await online(rig);
  device.onRequest = ({ id }) =>
    void device.publish('response', { id, error: { code: 'out-of-range', min: 5, max: 18 } });
  await rig.bridge.setSetpoint(hall, 23, 'Anna');
  await expect
    .poll(() => rig.devices.get('hall')?.command, soon)
    .toMatchObject({
      state: 'refused',
      refusal: { code: 'out-of-range', max: 18 },
      settledAt: expect.any(Number),
    });
});

test('a device that says nothing is asked once more, then the command is unconfirmed', async () => {
  await using rig = await startTestBridge(quick);
  const { device, hall } = await online(rig);
  const { id } = await rig.bridge.setSetpoint(hall, 21, 'Anna');
  await expect.poll(() => stateOf(rig), soon).toBe('unconfirmed');
  expect(device.requests.map((request) => request.id)).toEqual([id, id]);
  expect(rig.db.prepare('SELECT state FROM command').pluck().all()).toEqual(['unconfirmed']);
});

test('what a buffer brings does not confirm', async () => {
  await using rig = await startTestBridge(quick);
  const { device, hall } = await online(rig);
  await rig.bridge.setSetpoint(hall, 21, 'Anna');
  await device.publish('reading', reading(1, { setpoint: 21 }, { late: true, at: Date.now() - 60_000 }));
  await expect.poll(() => stateOf(rig), soon).toBe('unconfirmed');
});

test('a newer command ends the older, which is not repeated', async () => {
  await using rig = await startTestBridge({ commandTiming: { retryMs: 300, unconfirmedMs: 600 } });
  const { device, hall } = await online(rig);
  await rig.bridge.setSetpoint(hall, 21, 'Anna');
  await rig.bridge.setSetpoint(hall, 19, 'Anna');
  await expect.poll(() => stateOf(rig), soon).toBe('unconfirmed');
  expect(device.requests.map((request) => request.set?.setpoint)).toEqual([21, 19, 19]);
});

test.each([4.5, 30.5, 21.3, Number.NaN])('%d °C is outside what the thermostat takes', async (setpoint) => {
  await using rig = await startTestBridge();
  const { device, hall } = await online(rig);
  await expect(rig.bridge.setSetpoint(hall, setpoint, 'Anna')).rejects.toThrow(OutOfRangeError);
  expect(device.requests).toEqual([]);
  expect(rig.db.prepare('SELECT count(*) FROM command').pluck().get()).toBe(0);
});

test('a device that is away, or takes no setpoint, is told from one that does', async () => {
  await using rig = await startTestBridge();
  const { device, hall } = await online(rig);
  const { set: _, ...rest } = hall.about!.commands;
  const mute = { ...hall, about: { ...hall.about!, commands: rest } };
  await expect(rig.bridge.setSetpoint(mute, 21, 'Anna')).rejects.toThrow(CannotSetError);
  await device.publish('status', { online: false, boot: 1, conn: 1 });
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(false);
  await expect(rig.bridge.setSetpoint(hall, 21, 'Anna')).rejects.toThrow(DeviceOfflineError);
  await rig.stopBroker();
  await expect.poll(() => rig.bridge.state().isConnected, soon).toBe(false);
  await expect(rig.bridge.setSetpoint(hall, 21, 'Anna')).rejects.toMatchObject({ code: 'broker-away' });
});

test('a command that was on its way when the api ended is unconfirmed when it starts', async () => {
  await using rig = await startTestBridge();
  const { hall } = await online(rig);
  await rig.bridge.setSetpoint(hall, 21, 'Anna');
  await expect.poll(() => stateOf(rig), soon).toBe('waiting');
  await rig.restartBridge();
  expect(rig.devices.get('hall')?.command).toMatchObject({ state: 'unconfirmed', setpoint: 21 });
});
