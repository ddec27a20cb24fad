import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskOutcome, AvailabilityAnswer, Device, Room, Subject, ValueFreshness } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { newEntry, toDevice } from '../devices/entry.ts';
import { openAvailability } from './availability.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Longer, and it is taken for an outage. */
const lookMs = 30_000;
/** Noon in Berlin, on a day of 24 hours. */
const noon = Date.UTC(2026, 10, 24, 11);

const opened: { folder: string; db: Database }[] = [];
afterEach(() => {
  for (const { folder, db } of opened.splice(0)) {
    db.close();
    rmSync(folder, { recursive: true });
  }
});

const room: Room = {
  id: 'hall',
  name: 'Hall',
  temperatureFrom: 'thermostat',
  setpointFrom: null,
  heatingFrom: [],
  deviceIds: ['thermostat'],
};

const live: ValueFreshness = {
  state: 'live',
  rhythm: 'periodic',
  expectedMs: minuteMs,
  since: noon,
  lateAt: null,
  staleAt: null,
  silentAt: null,
};

/** A home with one room and one device, on a clock that the test moves. */
function build(startAt = noon) {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-availability-'));
  const db = openDatabase(folder);
  opened.push({ folder, db });
  const clock = { now: startAt, ms: 0 };
  const world = {
    isOnline: true as boolean | null,
    temperature: 'live' as ValueFreshness['state'],
    broker: true,
    brokerSince: startAt - hourMs,
    store: true,
    timeZone: 'Europe/Berlin',
  };
  const entry = newEntry('thermostat', 'Thermostat', 'contract');
  const device = (): Device => ({
    ...toDevice({ ...entry, lastMessageAt: clock.now, isOnline: world.isOnline }, clock.now),
    freshness: { temperature: { ...live, state: world.temperature } },
  });
  const open = () =>
    openAvailability({
      db,
      log: pino({ level: 'silent' }),
      now: () => clock.now,
      monotonicMs: () => clock.ms,
      present: {
        devices: () => [device()],
        rooms: () => [room],
        legs: () => ({ broker: world.broker, brokerSince: world.brokerSince, store: world.store }),
        home: () => ({ name: 'Mill Lane 4', timeZone: world.timeZone }),
      },
    });
  let availability = open();
  const pass = (ms: number): AvailabilityAnswer => {
    for (let left = ms; left > 0; left -= lookMs) {
      const step = Math.min(left, lookMs);
      clock.now += step;
      clock.ms += step;
      availability.answer();
    }
    return availability.answer();
  };
  return {
    get availability() {
      return availability;
    },
    /** Time goes by, and the watch looks as it goes. */
    pass,
    /** Something changes, and is seen at once. */
    turn: (changes: Partial<typeof world>): void => {
      Object.assign(world, changes);
      availability.answer();
    },
    jump: (ms: number): void => void (clock.now += ms),
    restart: async (awayMs: number): Promise<AvailabilityAnswer> => {
      await availability[Symbol.asyncDispose]();
      clock.now += awayMs;
      clock.ms = 0;
      availability = open();
      return availability.answer();
    },
  };
}

const of = ({ subjects }: AvailabilityAnswer, subject: Subject) =>
  subjects.find((each) => JSON.stringify(each.subject) === JSON.stringify(subject));
const thermostat = { kind: 'device', id: 'thermostat' } as const;
const home = { kind: 'home' } as const;
const leg = (id: 'api' | 'broker' | 'store') => ({ kind: 'leg', id }) as const;

test('a device that was offline for a quarter of the time was available for the rest, and so was its room', () => {
  const { pass, turn } = build();
  pass(45 * minuteMs);
  turn({ isOnline: false });
  const answer = pass(15 * minuteMs);
  for (const subject of [thermostat, { kind: 'room', id: 'hall' } as const, home])
    expect(of(answer, subject)).toMatchObject({ state: 'down', share: 0.75 });
  expect(of(answer, leg('broker'))).toMatchObject({ state: 'up', share: 1 });
});

test('a device is down while all that it reports is silent, whether it is connected or not', () => {
  const { pass, turn } = build();
  for (const isOnline of [true, null]) {
    turn({ isOnline, temperature: 'stale' });
    expect(of(pass(minuteMs), thermostat)).toMatchObject({ state: 'up' });
    turn({ temperature: 'silent' });
    expect(of(pass(minuteMs), thermostat)).toMatchObject({ state: 'down' });
  }
});

test('while the broker is away it is the platform that is down, and no device', () => {
  const { pass, turn } = build();
  pass(30 * minuteMs);
  turn({ broker: false, isOnline: false });
  const answer = pass(30 * minuteMs);
  expect(of(answer, thermostat)).toMatchObject({ state: 'unknown', share: 1 });
  expect(of(answer, leg('broker'))).toMatchObject({ state: 'down', share: 0.5 });
  expect(of(answer, home)).toMatchObject({ state: 'down', share: 0.5 });
});

test('devices have two minutes to come back to a broker that was away, and are blamed for what they are late', () => {
  const { pass, turn } = build();
  pass(hourMs);
  turn({ broker: false, isOnline: false });
  pass(10 * minuteMs);
  turn({ broker: true, brokerSince: noon + 70 * minuteMs });
  expect(of(pass(2 * minuteMs), thermostat)).toMatchObject({ state: 'unknown', share: 1 });
  expect(of(pass(10 * minuteMs), thermostat)).toMatchObject({ state: 'down' });
  turn({ isOnline: true });
  expect(of(pass(minuteMs), thermostat)).toMatchObject({
    state: 'up',
    share: expect.closeTo(61 / 71, 1),
  });
});

test('a restart keeps what was counted, and is the platform’s outage alone', async () => {
  const { pass, restart } = build();
  pass(hourMs);
  const answer = await restart(hourMs);
  expect(of(answer, thermostat)?.share).toBe(1);
  for (const subject of [leg('api'), home]) expect(of(answer, subject)?.share).toBeCloseTo(0.5, 2);
});

test('a wall clock that jumps makes no time out of nothing', () => {
  const { pass, jump } = build();
  pass(hourMs);
  jump(40 * 24 * hourMs);
  const answer = pass(hourMs);
  expect(of(answer, home)).toMatchObject({ state: 'up', share: 1 });
  expect(of(answer, leg('api'))?.share).toBe(1);
});

test('days are the home’s: what went wrong before midnight is yesterday’s', () => {
  const { pass, turn } = build(Date.UTC(2026, 10, 24, 22, 30));
  turn({ isOnline: false });
  pass(30 * minuteMs);
  turn({ isOnline: true });
  const answer = pass(30 * minuteMs);
  expect(answer.today).toBe('2026-11-25');
  const days = of(answer, thermostat)?.days ?? [];
  expect(days).toHaveLength(90);
  expect(days.slice(-2).map((share) => Math.round((share ?? Number.NaN) * 10) / 10)).toEqual([0, 1]);
  expect(days.at(-3)).toBeNull();
});

test('an outage of ten minutes burns the budget in both fast windows, and no more when it is over for a while', () => {
  const { pass, turn, availability } = build();
  const burning = () => availability.answer().reached[0]!.burns.map(({ isBurning }) => isBurning);
  pass(6 * hourMs);
  expect(burning()).toEqual([false, false]);
  turn({ isOnline: false });
  pass(10 * minuteMs);
  expect(burning()[0]).toBe(true);
  turn({ isOnline: true });
  pass(15 * minuteMs);
  expect(burning()[0]).toBe(false);
});

test('questions that are answered in time fill the second objective, and refusals of the device are answers', () => {
  const { availability } = build();
  const refused: AskOutcome = { outcome: 'refused', code: 'busy', roundTripMs: 80 };
  const reports: AskOutcome = { outcome: 'refused', code: 'cannot-be-asked', roundTripMs: null };
  for (let i = 0; i < 98; i++) availability.noteAsk(refused);
  availability.noteAsk(reports);
  availability.noteAsk({ ...refused, roundTripMs: 1001 });
  availability.noteAsk({ outcome: 'timed-out', deadlineMs: 2000 });
  const answered = availability.answer().reached[1]!;
  expect(answered).toMatchObject({ kind: 'answered', target: 0.99, share: 0.98 });
  expect(answered.budgetLeft).toBeCloseTo(-1, 6);
});

test('in an announced time nothing counts', () => {
  const { availability, pass, turn } = build();
  pass(hourMs);
  availability.maintenance.add({ from: noon + hourMs, to: noon + 2 * hourMs, why: 'a new boiler' });
  turn({ broker: false, isOnline: false });
  pass(hourMs);
  turn({ broker: true, isOnline: true });
  const answer = pass(hourMs);
  expect(of(answer, home)?.share).toBe(1);
  expect(answer.maintenance).toMatchObject([{ why: 'a new boiler' }]);
});

test.for([
  ['ends before it begins', { from: noon + hourMs, to: noon }],
  ['is over', { from: noon - 2 * hourMs, to: noon - hourMs }],
  ['is longer than a week', { from: noon, to: noon + 8 * 24 * hourMs }],
  ['is too far away', { from: noon + 31 * 24 * hourMs, to: noon + 32 * 24 * hourMs }],
] as const)('a time that %s is not announced', ([, span]) => {
  const { availability } = build();
  expect(() => availability.maintenance.add({ ...span, why: '' })).toThrow(/It (must end|begins)/);
});

test('who has the link sees how the home is, without names until the owner shows them, and nothing after it ends', () => {
  const { availability, pass } = build();
  pass(minuteMs);
  const { token } = availability.sharing.share({ isShared: true, showsNames: false });
  expect(availability.statusPage(token!)).toMatchObject({
    home: null,
    state: 'up',
    share: 1,
    parts: [{ name: 'Room 1', state: 'up' }],
  });
  expect(JSON.stringify(availability.statusPage(token!))).not.toMatch(/Hall|Mill|thermostat/i);
  expect(availability.sharing.share({ isShared: true, showsNames: true }).token).toBe(token);
  expect(availability.statusPage(token!)).toMatchObject({ home: 'Mill Lane 4', parts: [{ name: 'Hall' }] });
  availability.sharing.share({ isShared: false, showsNames: false });
  expect(availability.statusPage(token!)).toBeNull();
  expect(availability.sharing.share({ isShared: true, showsNames: false }).token).not.toBe(token);
});

test('one question without an answer burns no budget, and three of ten do', () => {
  const { availability, pass } = build();
  const burning = () => availability.answer().reached[1]!.burns.map(({ isBurning }) => isBurning);
  availability.noteAsk({ outcome: 'timed-out', deadlineMs: 2000 });
  pass(minuteMs);
  expect(burning()).toEqual([false, false]);
  for (let i = 0; i < 7; i++) availability.noteAsk({ outcome: 'refused', code: 'busy', roundTripMs: 80 });
  for (let i = 0; i < 2; i++) availability.noteAsk({ outcome: 'timed-out', deadlineMs: 2000 });
  expect(burning()).toEqual([true, true]);
});
