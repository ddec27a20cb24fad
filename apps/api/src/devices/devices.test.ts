import type { About } from '@hearth/contract';
import { openStore, type Fate } from '@hearth/store';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { createLive } from '../live-ring.ts';
import { openDevices } from './devices.ts';

async function openTestDevices(now = Date.now, monotonicMs = () => performance.now()) {
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-devices-'));
  const store = await openStore({ path: join(dataDir, 'readings.db') });
  const events: string[] = [];
  const open = async () => {
    const db = openDatabase(dataDir);
    const live = createLive(now);
    live.subscribe(null, ({ event }) => events.push(event));
    return { db, devices: await openDevices({ db, store, live, now, monotonicMs }) };
  };
  const opened = await open();
  return {
    ...opened,
    events,
    async reopen() {
      await this.devices[Symbol.asyncDispose]();
      this.db.close();
      Object.assign(this, await open());
    },
    async [Symbol.asyncDispose]() {
      await this.devices[Symbol.asyncDispose]();
      this.db.close();
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
const add = (id: string, roomId: string | null = null, isDemo = false) => ({
  id,
  name: id,
  roomId,
  role: 'device' as const,
  isDemo,
  source: 'contract' as const,
});
const about = (kind: About['kind'], quantities: About['quantities'], rest: Partial<About> = {}): About => ({
  contract: 1,
  maker: 'M',
  model: 'X',
  kind,
  firmware: '1',
  quantities,
  commands: {},
  ...rest,
});

test('a room takes temperature, setpoint and heating from the devices that know them best', async () => {
  await using rig = await openTestDevices();
  const { devices } = rig;
  const { id: roomId } = devices.addRoom('Living room');
  expect(roomId).toBe('living-room');
  for (const id of ['heater', 'sensor', 'thermostat']) devices.add(add(id, roomId));
  const heater = about('heater', { heating: {}, temperature: { unit: '°C' }, setpoint: { unit: '°C' } });
  devices.note([{ kind: 'about', device: 'heater', about: heater }]);
  expect(devices.rooms()[0]).toMatchObject({ temperatureFrom: null, setpointFrom: 'heater' });
  const sensor = about('sensor', { temperature: { unit: '°C' } });
  devices.note([{ kind: 'about', device: 'sensor', about: sensor }]);
  expect(devices.rooms()[0]).toMatchObject({ temperatureFrom: 'sensor', heatingFrom: ['heater'] });
  const thermostat = about(
    'thermostat',
    { temperature: { unit: '°C' }, setpoint: { unit: '°C' }, heating: {} },
    { commands: { set: { setpoint: { min: 5, max: 30, step: 0.5 } } } },
  );
  devices.note([{ kind: 'about', device: 'thermostat', about: thermostat }]);
  expect(devices.rooms()).toEqual([
    {
      id: 'living-room',
      name: 'Living room',
      temperatureFrom: 'thermostat',
      setpointFrom: 'thermostat',
      heatingFrom: ['heater', 'thermostat'],
      deviceIds: ['heater', 'sensor', 'thermostat'],
    },
  ]);
});

test('a first manifest brings name and room; a later one does not undo what a person chose', async () => {
  await using rig = await openTestDevices();
  rig.devices.add(add('hall'));
  const said = about('sensor', { temperature: { unit: '°C' } }, { name: 'Hall sensor', room: 'Hall' });
  rig.devices.note([{ kind: 'about', device: 'hall', about: said }]);
  expect(rig.devices.get('hall')).toMatchObject({ name: 'Hall sensor', roomId: 'hall' });
  rig.devices.change('hall', { name: 'Mine', roomId: null });
  rig.devices.note([{ kind: 'about', device: 'hall', about: { ...said, firmware: '2' } }]);
  expect(rig.devices.get('hall')).toMatchObject({ name: 'Mine', roomId: null, about: { firmware: '2' } });
});

test('a device in no room takes the one that a later manifest names, until a person has chosen', async () => {
  await using rig = await openTestDevices();
  const said = about('sensor', { temperature: { unit: '°C' } });
  const hear = (id: string, room: string, firmware: string) =>
    rig.devices.note([{ kind: 'about', device: id, about: { ...said, firmware, room } }]);
  for (const id of ['loft', 'attic']) {
    rig.devices.add(add(id));
    rig.devices.note([{ kind: 'about', device: id, about: said }]);
    expect(rig.devices.get(id)?.roomId).toBe(null);
  }
  await rig.reopen();
  hear('loft', 'Loft', '2');
  expect(rig.devices.get('loft')?.roomId).toBe('loft');
  hear('loft', 'Cellar', '3');
  expect(rig.devices.get('loft')?.roomId).toBe('loft');
  rig.devices.change('attic', { roomId: null });
  await rig.reopen();
  hear('attic', 'Attic', '2');
  expect(rig.devices.get('attic')?.roomId).toBe(null);
});

test('devices, rooms and what was rejected outlive the process; who is online does not', async () => {
  await using rig = await openTestDevices();
  rig.devices.add(add('hall', rig.devices.addRoom('Hall').id));
  const message = {
    at: Date.now(),
    topic: 't',
    rule: 'json',
    path: '',
    expected: 'e',
    got: 'g',
    consequence: 'closed' as const,
    count: 2,
  };
  rig.devices.note([
    { kind: 'about', device: 'hall', about: about('sensor', { humidity: { unit: '%' } }) },
    { kind: 'status', device: 'hall', status: { online: true, boot: 3, conn: 2 }, at: 5, isRetained: false },
    { kind: 'rejected', device: 'hall', message, isRetained: false },
  ]);
  expect(rig.devices.get('hall')).toMatchObject({ isOnline: true, onlineSince: 5 });
  const before = rig.devices.get('hall')!;
  await rig.reopen();
  expect(rig.devices.get('hall')).toEqual({ ...before, isOnline: null, onlineSince: null });
  expect(rig.devices.detail('hall')?.rejected).toEqual([message]);
  expect(rig.devices.connection('hall')).toMatchObject({ boot: 3, conn: 2, isOnline: null });
  // The same connection found again began when it began.
  const status = { online: true, boot: 3, conn: 2 };
  rig.devices.note([{ kind: 'status', device: 'hall', status, at: 99, isRetained: true }]);
  expect(rig.devices.get('hall')).toMatchObject({ isOnline: true, onlineSince: 5 });
});

test('a device that was offline is offline after a restart and while the broker is away, since when it was', async () => {
  await using rig = await openTestDevices();
  const say = (device: string, online: boolean, at: number) =>
    rig.devices.note([
      { kind: 'status', device, status: { online, boot: 1, conn: 1 }, at, isRetained: false },
    ]);
  for (const id of ['hall', 'bath']) {
    rig.devices.add(add(id));
    say(id, true, 5);
  }
  say('hall', false, 9);
  const states = () => rig.devices.list().map(({ isOnline, offlineSince }) => [isOnline, offlineSince]);
  rig.devices.noteBrokerAway();
  expect(states()).toEqual([
    [false, 9],
    [null, null],
  ]);
  await rig.reopen();
  expect(states()).toEqual([
    [false, 9],
    [null, null],
  ]);
  // What the broker retained of it is no news; that it is back is.
  const back = { online: true, boot: 1, conn: 2 };
  rig.devices.note([{ kind: 'status', device: 'hall', status: back, at: 99, isRetained: false }]);
  expect(rig.devices.get('hall')).toMatchObject({ isOnline: true, onlineSince: 99, offlineSince: null });
});

test('devices stand in the order in which they were added, also after a restart and by a clock that stands or is set back', async () => {
  let at = 9;
  await using rig = await openTestDevices(() => at);
  for (const id of ['hall', 'bath']) rig.devices.add(add(id));
  at = 5;
  rig.devices.add(add('attic'));
  rig.devices.change('hall', { name: 'Hall' });
  const ids = () => rig.devices.list().map(({ id }) => id);
  expect(ids()).toEqual(['hall', 'bath', 'attic']);
  await rig.reopen();
  expect(ids()).toEqual(['hall', 'bath', 'attic']);
});

test('names and ids in use are refused, and rooms that are not there', async () => {
  await using rig = await openTestDevices();
  rig.devices.addRoom('Küche');
  expect(rig.devices.rooms()[0]?.id).toBe('kuche');
  expect(() => rig.devices.addRoom('KÜCHE')).toThrow(/there is a room/);
  rig.devices.add(add('hall'));
  expect(() => rig.devices.add(add('hall'))).toThrow(/there is a device/);
  expect(() => rig.devices.add(add('bath', 'nowhere'))).toThrow(/there is no room/);
  expect(() => rig.devices.change('hall', { roomId: 'nowhere' })).toThrow(/there is no room/);
  expect(rig.devices.change('nobody', { name: 'x' })).toBe(undefined);
});

test('removing the demo leaves no device and no room of it, and keeps rooms in use', async () => {
  await using rig = await openTestDevices();
  const demo = rig.devices.addRoom('Demo room', true).id;
  const shared = rig.devices.addRoom('Shared', true).id;
  rig.devices.add(add('demo-1', demo, true));
  rig.devices.add(add('demo-2', shared, true));
  rig.devices.add(add('mine', shared));
  rig.devices.remove(rig.devices.demoIds());
  expect(rig.devices.list().map(({ id }) => id)).toEqual(['mine']);
  expect(rig.devices.rooms().map(({ id }) => id)).toEqual([shared]);
  expect(rig.events).toContain('removed');
});

test('when the disk refuses, nothing of a batch shows', async () => {
  await using rig = await openTestDevices();
  rig.devices.add(add('hall'));
  rig.db.pragma('query_only = ON');
  const said = about('sensor', { humidity: { unit: '%' } }, { room: 'Hall' });
  expect(() => rig.devices.note([{ kind: 'about', device: 'hall', about: said }])).toThrow(/readonly/);
  expect(rig.devices.get('hall')?.about).toBe(null);
  rig.db.pragma('query_only = OFF');
  rig.devices.note([{ kind: 'about', device: 'hall', about: said }]);
  expect(rig.devices.get('hall')).toMatchObject({ about: { kind: 'sensor' }, roomId: 'hall' });
});

test('how a device is heard is counted by day, over our starts, and our absence and the broker’s are not its own', async () => {
  const begunAt = Date.UTC(2026, 10, 24, 12);
  let now = begunAt;
  await using rig = await openTestDevices(
    () => now,
    () => now - begunAt,
  );
  rig.devices.add(add('hall'));
  const status = (boot: number, conn: number, online = true) =>
    rig.devices.note([
      { kind: 'status', device: 'hall', status: { online, boot, conn }, at: now, isRetained: false },
    ]);
  const minutes = (count: number): void => void (now += count * 60_000);
  const read = (seq: number, isLate = false, fate: Fate = 'stored') => {
    const values = { temperature: 20 };
    const arrival = { device: 'hall', key: { boot: 2, seq }, at: now, receivedAt: now, isLate, values };
    rig.devices.noteStored([arrival], [fate], new Set([arrival]));
  };
  const today = () => rig.devices.heardDays.of('hall')[0];

  rig.devices.noteBrokerBack();
  minutes(10);
  status(1, 1);
  expect(today()).toBeUndefined();
  status(2, 1);
  status(2, 1, false);
  status(2, 2);
  // Taken over by the same device, before the broker noticed that the old connection was dead.
  status(2, 3);
  expect(today()).toMatchObject({ day: '2026-11-24', reboots: 1, reconnects: 2 });
  // The broker comes back with what it retained, then the device does, by itself.
  rig.devices.noteBrokerAway();
  rig.devices.noteBrokerBack();
  status(2, 3);
  minutes(1);
  status(2, 4);
  expect(today()).toMatchObject({ reboots: 1, reconnects: 2 });

  for (const seq of [1, 2, 4, 3]) read(seq);
  read(4, false, 'duplicate');
  for (const seq of [5, 6]) read(seq, true);
  for (const aheadMs of [80, 90_000, 100, 120]) {
    rig.devices.note([{ kind: 'clock', device: 'hall', aheadMs }]);
    rig.devices.note([{ kind: 'clock', device: 'hall', aheadMs: 7 }]);
    minutes(10);
  }
  const counted = { late: 2, reordered: 1, reboots: 1, reconnects: 2, clockAheadMs: 120 };
  expect(today()).toMatchObject(counted);
  expect(rig.devices.heardDays.comings('hall')).toBe(3);

  await rig.reopen();
  expect(today()).toMatchObject(counted);
  expect(rig.devices.heardDays.comings('hall')).toBe(0);
  minutes(24 * 60);
  status(3, 1);
  expect(rig.devices.heardDays.of('hall')).toMatchObject([
    { day: '2026-11-25', reboots: 1, late: 0, clockAheadMs: null },
    { day: '2026-11-24', ...counted },
  ]);
  // Another device that takes the name over begins with nothing.
  rig.devices.remove(['hall']);
  rig.devices.add(add('hall'));
  expect(rig.devices.heardDays.of('hall')).toEqual([]);
});
