import { join } from 'node:path';
import type { Reading, Status } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { demoHome, startFleet, startHome, type Fleet } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { Platform } from './platform.ts';

const ids = ['probe-1', 'probe-2', 'probe-3'];
const poll = { interval: 10, timeout: 10_000 };

function fleetOf(platform: Platform, periodMs = 50): Fleet {
  const { credentials } = platform;
  return startFleet({
    brokerUrl: credentials[0]!.brokerUrl,
    home: 'home',
    credentials,
    periodMs,
    keepaliveS: 5,
    seed: 1,
  });
}

test('readings wait out a broker’s absence and arrive late, none missing and none twice in the books', async () => {
  await using platform = await Platform.start(ids);
  platform.answerReceipts();
  await using fleet = fleetOf(platform);
  await expect.poll(() => fleet.devices.every(({ isOnline }) => isOnline), poll).toBe(true);
  await platform.stopBroker();
  const before = fleet.ledger.counts().made;
  await expect.poll(() => fleet.ledger.counts().made, poll).toBeGreaterThan(before + 30);
  await platform.startBroker();
  await expect.poll(() => fleet.devices.every(({ isOnline }) => isOnline), poll).toBe(true);
  fleet.pause();
  // A device may have been back before the platform listened; after a break it sends again what has no receipt.
  for (const device of fleet.devices) device.cut();
  await expect.poll(() => fleet.ledger.counts().waiting, poll).toBe(0);

  for (const id of ids) {
    const mine = fleet.ledger.entries().filter(({ device }) => device === id);
    const first = new Map<number, Reading>();
    for (const reading of platform.values<Reading>(id, 'reading'))
      if (!first.has(reading.seq)) first.set(reading.seq, reading);
    const made = mine.map(({ seq, at, values }) => ({ seq, at, values }));
    expect(made.map(({ seq }) => seq)).toEqual(mine.map((_, i) => i + 1));
    const heard = [...first.values()].map(({ seq, at, values }) => ({ seq, at: at!, values }));
    expect(heard.toSorted((a, b) => a.seq - b.seq)).toEqual(made);
    expect([...first.values()].filter(({ late }) => late).length).toBeGreaterThan(5);
    expect(mine.every(({ isReceipted }) => isReceipted)).toBe(true);
  }
  expect(platform.strays).toEqual([]);
});

test('what has no receipt is sent again after a break, from the retained receipt on', async () => {
  await using platform = await Platform.start(['probe-1']);
  await using fleet = fleetOf(platform);
  await expect.poll(() => fleet.ledger.counts().made, poll).toBeGreaterThan(9);
  fleet.pause();
  await expect
    .poll(() => fleet.ledger.entries().every(({ isAcknowledged }) => isAcknowledged), poll)
    .toBe(true);
  await platform.send('probe-1', 'receipt', { boot: 1, seq: 4 });
  await expect
    .poll(() => fleet.ledger.entries().filter(({ isReceipted }) => isReceipted).length, poll)
    .toBe(4);
  const heard = () => platform.values<Reading>('probe-1', 'reading');
  const count = fleet.ledger.counts().made;
  await expect.poll(() => heard().length, poll).toBe(count);
  fleet.devices[0]!.cut();
  await expect
    .poll(
      () =>
        fleet.ledger
          .entries()
          .slice(0, count)
          .map(({ sent }) => sent),
      poll,
    )
    .toEqual(Array.from({ length: count }, (_, i) => (i < 4 ? 1 : 2)));
  const again = () =>
    heard()
      .slice(count)
      .flatMap(({ seq, late }) => (late ? [seq] : []));
  await expect.poll(again, poll).toEqual(Array.from({ length: count - 4 }, (_, i) => i + 5));
});

test('a device that lost its count takes the next boot from the receipt it finds', async () => {
  await using platform = await Platform.start(['probe-1']);
  await platform.send('probe-1', 'receipt', { boot: 6, seq: 900 });
  platform.answerReceipts();
  await using fleet = fleetOf(platform);
  await expect.poll(() => fleet.devices[0]!.boot, poll).toBe(7);
  await expect.poll(() => fleet.ledger.counts().made, poll).toBeGreaterThan(10);
  fleet.pause();
  await expect.poll(() => fleet.ledger.counts().waiting, poll).toBe(0);
  expect(platform.values<Status>('probe-1', 'status').at(-1)).toEqual({ online: true, boot: 7, conn: 1 });
  const known = new Set(
    platform.values<Reading>('probe-1', 'reading').map(({ boot, seq }) => `${boot}/${seq}`),
  );
  const entries = fleet.ledger.entries();
  expect(entries.filter(({ boot, seq }) => boot !== 7 || !known.has(`${boot}/${seq}`))).toEqual([]);
});

test('a home whose process was dead delivers what its devices measured meanwhile', async () => {
  const id = 'demo-living-thermostat';
  await using platform = await Platform.start([id]);
  const dir = join(platform.dir, 'demo');
  let now = Date.UTC(2026, 0, 15, 12);
  const clock = {
    now: () => now,
    every: (ms: number, fn: () => void) => {
      const timer = setInterval(fn, Math.min(ms, 20));
      return () => clearInterval(timer);
    },
  };
  const start = () =>
    startHome({
      house: { ...demoHome, rooms: demoHome.rooms.slice(0, 1) },
      credentials: platform.credentials,
      seed: 1,
      periodMs: 5000,
      keepaliveS: 5,
      historyDays: 0,
      dir,
      log: createLog('test', 'silent'),
      clock,
    });
  {
    await using home = start();
    await expect.poll(() => home.devices[0]!.isOnline, poll).toBe(true);
    // No receipt comes: these wait in the buffer over the end of the process.
    for (let i = 0; i < 4; i++) {
      now += 5000;
      const want = now;
      await expect
        .poll(() => platform.values<Reading>(id, 'reading').some(({ at }) => at === want), poll)
        .toBe(true);
    }
  }
  const before = platform.heard.length;
  const stoppedAt = now;
  now += 600_000;
  platform.answerReceipts();
  await using home = start();
  await expect.poll(() => home.devices[0]!.isOnline, poll).toBe(true);
  await expect.poll(() => home.devices[0]!.waiting, poll).toBe(0);
  const readings = platform.heard
    .slice(before)
    .filter(({ kind }) => kind === 'reading')
    .map(({ message }) => (message as unknown as { value: Reading }).value);
  const order = readings.map(({ boot, seq }) => boot * 1e6 + seq);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(readings.filter(({ boot, late }) => boot === 1 && late).length).toBeGreaterThanOrEqual(4);
  const dead = readings.filter(({ boot, at }) => boot === 2 && at! > stoppedAt && at! < now);
  expect(dead.length).toBeGreaterThan(110);
  expect(dead.every(({ late }) => late)).toBe(true);
  const gapsMs = readings.slice(1).map(({ at }, i) => at! - readings[i]!.at!);
  expect(Math.max(...gapsMs)).toBeLessThanOrEqual(5000);
});
