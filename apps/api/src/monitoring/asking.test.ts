import type { AskOutcome, Device } from '@hearth/contract';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { BrokerAwayError } from '../bridge/in-flight.ts';
import { newEntry, toDevice } from '../devices/entry.ts';
import { startAsking } from './asking.ts';

const periodMs = 300_000;

function device(id: string, more: Partial<Device> = {}): Device {
  const made = toDevice({ ...newEntry(id, id, 'contract'), isOnline: true }, 0);
  return { ...made, ask: 'contract', lastMessageAt: 0, ...more };
}

/** Devices that are asked on a clock that only `pass` moves; gives who was asked when, ms. */
function build(devices: Device[], ask: () => Promise<AskOutcome>) {
  let atMs = 0;
  const asked: { id: string; atMs: number }[] = [];
  const ended: string[] = [];
  const asking = startAsking({
    devices: () => devices,
    ask(which) {
      asked.push({ id: which.id, atMs });
      return ask();
    },
    onEnd: (id) => ended.push(id),
    periodMs,
    now: () => atMs,
    monotonicMs: () => atMs,
    log: pino({ level: 'silent' }),
  });
  return {
    asked,
    ended,
    asking,
    pass(ms: number): void {
      for (const endMs = atMs + ms; atMs < endMs; atMs += 1000) asking.look();
    },
    [Symbol.dispose]: () => asking[Symbol.dispose](),
  };
}

const timedOut = (): Promise<AskOutcome> => Promise.resolve({ outcome: 'timed-out', deadlineMs: 5000 });

test('500 devices are each asked once a period, spread over it, and none in the first one', () => {
  const devices = Array.from({ length: 500 }, (_, i) => device(`d${i}`));
  using rig = build(devices, timedOut);
  rig.pass(periodMs);
  expect(rig.asked).toHaveLength(0);
  rig.pass(10 * periodMs);
  const ofOne = rig.asked.filter(({ id }) => id === 'd7').map(({ atMs }) => atMs);
  expect(ofOne).toHaveLength(10);
  for (const [i, atMs] of ofOne.slice(1).entries()) expect(atMs - ofOne[i]!).toBeCloseTo(periodMs, -4);
  const bySecond = Map.groupBy(rig.asked, ({ atMs }) => atMs);
  expect(Math.max(...[...bySecond.values()].map((each) => each.length))).toBeLessThanOrEqual(10);
});

test('a device on a battery is asked right after it spoke, and not while it sleeps', () => {
  const sensor = device('sensor', {
    latest: { battery: { value: 80, at: 0, receivedAt: 0, isLate: false } },
  });
  using rig = build([sensor], timedOut);
  rig.pass(4 * periodMs);
  expect(rig.asked).toHaveLength(0);
  sensor.lastMessageAt = 4 * periodMs - 1000;
  rig.pass(2000);
  expect(rig.asked).toHaveLength(1);
});

test('who is offline, only reports, or would answer by a reading is not asked', () => {
  using rig = build(
    [device('off', { isOnline: false }), device('reports', { ask: 'none' }), device('told', { ask: 'read' })],
    timedOut,
  );
  rig.pass(3 * periodMs);
  expect(rig.asked).toHaveLength(0);
  expect(rig.asking.periodOf(device('told', { ask: 'read' }))).toBeNull();
});

test('without the broker nothing is noted of a device', async () => {
  using rig = build([device('hall')], () => Promise.reject(new BrokerAwayError('away')));
  rig.pass(3 * periodMs);
  await Promise.resolve();
  expect(rig.asked.length).toBeGreaterThan(0);
  expect(rig.ended).toEqual([]);
});
