import type { Store } from '@hearth/store';
import { expect, test, vi } from 'vitest';
import { ControlError } from './control.ts';
import { home, reading, soon, startTestBridge } from './test-bridge.ts';

test('a reading reaches store, live view and live stream, and its receipt the device', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await device.publish('reading', reading(1, { temperature: 20.6, setpoint: 21 }));
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 1 });
  expect(rig.devices.get('hall')).toMatchObject({
    isOnline: true,
    about: { model: 'T1' },
    latest: { temperature: { value: 20.6, isLate: false }, setpoint: { value: 21 } },
  });
  expect(await rig.store.latest()).toHaveLength(2);
  const events = rig.events.filter(({ event }) => event === 'reading');
  expect(events).toMatchObject([{ data: { deviceId: 'hall', latest: { temperature: { value: 20.6 } } } }]);
});

test('nothing is acknowledged before its commit', async () => {
  const commit = Promise.withResolvers<void>();
  let isAsked = false;
  await using rig = await startTestBridge({
    wrapStore: (store) => ({
      ...store,
      async append(arrivals) {
        isAsked = true;
        await commit.promise;
        return store.append(arrivals);
      },
    }),
  });
  const device = await rig.addDevice('hall');
  await device.publish('reading', reading(1));
  await expect.poll(() => isAsked, soon).toBe(true);
  // The broker still has it for us: a bridge that starts anew gets it again.
  expect(device.receipts).toEqual([]);
  expect(rig.devices.get('hall')?.latest).toEqual({});
  commit.resolve();
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 1 });
});

test('what was not committed when the bridge ended comes again, and is stored once', async () => {
  let isBroken = true;
  await using rig = await startTestBridge({
    wrapStore: (store) => ({
      ...store,
      append: (arrivals) =>
        isBroken ? Promise.reject(new Error('the disk is full')) : store.append(arrivals),
    }),
  });
  const device = await rig.addDevice('hall');
  for (let seq = 1; seq <= 30; seq++) await device.publish('reading', reading(seq));
  await expect.poll(() => rig.bridge.state().problem, soon).toMatch('the disk is full');
  await rig.restartBridge();
  expect(await rig.store.progress()).toEqual([]);
  isBroken = false;
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 30 });
  expect(await rig.store.progress()).toMatchObject([{ seq: 30, missing: 0, duplicates: 0 }]);
  expect(rig.bridge.state().problem).toBeUndefined();
});

test('readings sent while the api is away arrive in order when it is back', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await rig.bridge[Symbol.asyncDispose]();
  for (let seq = 1; seq <= 50; seq++) await device.publish('reading', reading(seq));
  expect(device.receipts).toEqual([]);
  await rig.restartBridge();
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 50 });
  expect(await rig.store.progress()).toMatchObject([{ seq: 50, missing: 0 }]);
});

test('a broker that ends mid-stream is found again, and the device fills the gap it made', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  const sendFrom = async (first: number, last: number, rest: object = {}) => {
    for (let seq = first; seq <= last; seq++)
      await device.publish('reading', reading(seq, { temperature: 20 }, rest));
  };
  await sendFrom(1, 20);
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 20 });
  await rig.stopBroker();
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(null);
  expect(rig.bridge.state()).toMatchObject({ isConnected: false, problem: expect.any(String) });
  device.receipts.length = 0;
  await rig.restartBroker();
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(true);
  // 21 to 24 went with the broker.
  await sendFrom(25, 30);
  await expect.poll(() => rig.devices.get('hall')?.counts, soon).toMatchObject({ awaited: 4, missing: 0 });
  expect(device.receipts.at(-1)).toEqual({ boot: 1, seq: 20 });
  await sendFrom(21, 30, { late: true });
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 30 });
  await expect.poll(() => rig.devices.get('hall')?.counts, soon).toMatchObject({ awaited: 0, missing: 0 });
  await expect.poll(() => rig.store.progress(), soon).toMatchObject([{ seq: 30, missing: 0, duplicates: 6 }]);
});

test.each(['saved', 'lost in a kill'])(
  'an api that starts anew (last receipt %s) still waits for what the broker lost',
  async (how) => {
    await using rig = await startTestBridge();
    const device = await rig.addDevice('hall');
    const send = async (...seqs: number[]) => {
      for (const seq of seqs) await device.publish('reading', reading(seq));
    };
    await send(1, 2, 5);
    await expect.poll(() => rig.devices.get('hall')?.counts, soon).toMatchObject({ awaited: 2, missing: 0 });
    await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 2 });
    await rig.restartBridge(() => {
      if (how !== 'saved') rig.db.prepare("DELETE FROM setting WHERE name LIKE 'receipt/%'").run();
    });
    expect(rig.devices.get('hall')?.counts).toMatchObject({ awaited: 2, missing: 0 });
    device.receipts.length = 0;
    await send(6, 3);
    await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 3 });
    await send(4);
    await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 6 });
    expect(device.receipts.every(({ seq }) => seq <= 3 || seq === 6)).toBe(true);
  },
);

test('a gap that was given up is not waited for again after a restart', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await device.publish('reading', reading(1));
  await device.publish('reading', { ...reading(2), values: { temperature: 999 } });
  await device.publish('reading', reading(3));
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 3 });
  expect(await rig.store.spans()).toHaveLength(2);
  await rig.restartBridge();
  device.receipts.length = 0;
  await device.publish('reading', reading(4));
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 4 });
});

test('a device that comes back finds the newest receipt waiting', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await device.publish('reading', reading(1));
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 1 });
  device.receipts.length = 0;
  device.client.stream.destroy();
  await expect.poll(() => device.receipts, soon).toEqual([{ boot: 1, seq: 1 }]);
});

test('receipts are sent again from the store when the api starts', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await device.publish('reading', reading(1));
  await expect.poll(() => device.receipts.length, soon).toBe(1);
  await rig.restartBridge();
  await expect
    .poll(() => device.receipts)
    .toEqual([
      { boot: 1, seq: 1 },
      { boot: 1, seq: 1 },
    ]);
});

test('the last reading that the broker repeats is no duplicate; a device that repeats one is told of', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  const first = reading(1);
  await device.publish('reading', first);
  await expect.poll(() => device.receipts.length, soon).toBe(1);
  await rig.restartBridge();
  await device.publish('reading', reading(4, { temperature: 21 }, { late: true }));
  await expect.poll(() => rig.devices.get('hall')?.counts, soon).toMatchObject({ duplicates: 0, awaited: 2 });
  await device.publish('reading', first);
  await expect.poll(() => rig.devices.get('hall')?.counts, soon).toMatchObject({ duplicates: 1, awaited: 2 });
  expect(rig.devices.get('hall')?.latest.temperature).toMatchObject({ value: 21, isLate: true });
});

test('a will makes the device offline, and an older one after a new connection does not', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(true);
  await device.publish('status', { online: true, boot: 1, conn: 2 });
  await device.publish('status', { online: false, boot: 1, conn: 1 });
  await device.publish('reading', reading(1));
  await expect.poll(() => device.receipts.length, soon).toBe(1);
  expect(rig.devices.get('hall')?.isOnline).toBe(true);
  await device.publish('status', { online: false, boot: 1, conn: 2 });
  await expect
    .poll(() => rig.devices.get('hall'), soon)
    .toMatchObject({ isOnline: false, onlineSince: null });
});

test('a device without a clock is dated by its fastest message, also after a restart of the api', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  const startedAt = Date.now() - 60_000;
  const clockless = (seq: number, uptime: number) => ({ boot: 1, seq, uptime, values: { temperature: 20 } });
  await device.publish('reading', clockless(1, Date.now() - startedAt));
  await expect.poll(() => device.receipts.at(-1)?.seq, soon).toBe(1);
  await rig.restartBridge();
  await device.publish('reading', clockless(2, 30_000));
  await expect.poll(() => device.receipts.at(-1)?.seq, soon).toBe(2);
  const { at } = await rig.store.raw({ device: 'hall', quantity: 'temperature', from: 0, to: Date.now() });
  expect(Math.abs(at[0]! - (startedAt + 30_000))).toBeLessThan(500);
});

test('a buffer that a clockless device hands in first is dated by the uptime in its status', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  const startedAt = Date.now() - 600_000;
  const uptime = (): number => Date.now() - startedAt;
  await device.publish('status', { online: true, boot: 4, conn: 1, uptime: uptime() });
  for (const seq of [1, 2, 3])
    await device.publish('reading', {
      boot: 4,
      seq,
      uptime: seq * 10_000,
      late: true,
      values: { temperature: seq },
    });
  await device.publish('reading', { boot: 4, seq: 4, uptime: uptime(), values: { temperature: 4 } });
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 4, seq: 4 });
  const { at } = await rig.store.raw({ device: 'hall', quantity: 'temperature', from: 0, to: Date.now() });
  for (const [i, one] of at.subarray(0, 3).entries())
    expect(Math.abs(one - (startedAt + (i + 1) * 10_000))).toBeLessThan(500);
  // The broker's copy is of another moment, and teaches nothing after a restart.
  await rig.restartBridge();
  await device.publish('reading', {
    boot: 4,
    seq: 5,
    uptime: 50_000,
    late: true,
    values: { temperature: 5 },
  });
  await expect.poll(() => device.receipts.at(-1)?.seq, soon).toBe(5);
  const again = await rig.store.raw({ device: 'hall', quantity: 'temperature', from: 0, to: Date.now() });
  expect(Math.abs(again.at[3]! - (startedAt + 50_000))).toBeLessThan(500);
});

test('messages of a device that was removed are dropped', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  rig.devices.remove(['hall']);
  await device.publish('reading', reading(1));
  const other = await rig.addDevice('bath');
  await other.publish('reading', reading(1));
  await expect.poll(() => other.receipts.length, soon).toBe(1);
  expect((await rig.store.progress()).map((each) => each.device)).toEqual(['bath']);
  expect(device.receipts).toEqual([]);
});

test('a revoked device is cut off and begins anew under the same id', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await device.publish('reading', reading(1));
  await expect.poll(() => device.receipts.length, soon).toBe(1);
  await rig.bridge.control.revoke(['hall']);
  await expect.poll(() => device.client.connected, soon).toBe(false);
});

test('a credential that the broker does not take is an error that says why', async () => {
  await using rig = await startTestBridge();
  const credential = { id: 'hearth-api-2', role: 'device', home, secret: 'any' } as const;
  await expect(rig.bridge.control.add([credential])).rejects.toThrow(ControlError);
});

test('a flood while the store is slow is held back, and nothing of it is lost', async () => {
  const slow = (store: Store): Store => ({
    ...store,
    async append(arrivals) {
      await vi.waitFor(() => {});
      return store.append(arrivals);
    },
  });
  await using rig = await startTestBridge({ wrapStore: slow });
  const ids = ['hall', 'bath', 'attic', 'cellar', 'kitchen', 'study', 'porch'];
  const devices = await Promise.all(ids.map((id) => rig.addDevice(id)));
  // More at once than the broker lets one device send would be held back there already.
  const count = 1800;
  const sent = devices.flatMap((device) =>
    Array.from({ length: count }, (_, i) => device.publish('reading', reading(i + 1))),
  );
  await Promise.all(sent);
  await expect
    .poll(() => devices.map(({ receipts }) => receipts.at(-1)?.seq), soon)
    .toEqual(ids.map(() => count));
  expect(await rig.store.progress()).toMatchObject(ids.map(() => ({ seq: count, missing: 0 })));
}, 30_000);

test('what was given up is missing, in the live view and for the api that starts next', async () => {
  let passedMs = 0;
  await using rig = await startTestBridge({ monotonicMs: () => performance.now() + passedMs });
  const device = await rig.addDevice('hall');
  const counts = () => rig.devices.get('hall')?.counts;
  for (const seq of [1, 4]) await device.publish('reading', reading(seq));
  await expect.poll(counts, soon).toMatchObject({ awaited: 2, missing: 0 });
  passedMs = 90_000;
  await device.publish('reading', reading(5));
  await expect.poll(counts, soon).toMatchObject({ awaited: 0, missing: 2 });
  expect(device.receipts.at(-1)).toEqual({ boot: 1, seq: 5 });
  const shown = rig.events.flatMap(({ event, data }) => (event === 'device' ? [data.counts] : []));
  expect(shown.filter(({ awaited, missing }) => awaited + missing > 2)).toEqual([]);
  await rig.restartBridge();
  expect(counts()).toMatchObject({ awaited: 0, missing: 2 });
});
