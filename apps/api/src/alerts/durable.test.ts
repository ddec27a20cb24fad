import type { AlertSettings, ChannelPlace } from '@hearth/contract';
import type Database from 'better-sqlite3';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { createLive } from '../live-ring.ts';
import { startAlerts } from './alerts.ts';
import { openChannels } from './channels.ts';
import { keyOf } from './condition.ts';
import { emptyMemory, step, type Change } from './machine.ts';
import { openOutbox } from './outbox.ts';
import { openAlertRecords, type Calm } from './records.ts';
import { openSender } from './senders.ts';
import { beginAt, calm, deviceAt } from './test-house.ts';
import { startReceiver } from './test-receiver.ts';

const silent = pino({ level: 'silent' });
const calmOf = (settings: AlertSettings, timeZone = 'UTC', maintenanceUntil: number | null = null): Calm => {
  return { settings, timeZone, maintenanceUntil };
};
const loud = calmOf({ quiet: null, escalateMin: null });
const send = openSender({
  pushKeys: () => {
    throw new Error('there is no push channel here');
  },
  tellHomeAssistant: null,
});
const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), 'hearth-alerts-'));
const webhook = (url: string): ChannelPlace => ({ kind: 'webhook', url });

const fired = (subject: string): Change => ({
  what: 'fired',
  kind: 'device-offline',
  finding: { subject, name: subject, holds: true, why: 'It lost its connection.', causes: [] },
  since: beginAt,
});

test('a receiver that is away is tried again, in order, and shown; what it did not take is not lost', async () => {
  await using folder = await temporaryFolder();
  let isBroken = true;
  await using receiver = await startReceiver(() => (isBroken ? 503 : 204));
  using db = closing(openDatabase(folder.path));
  let now = beginAt;
  const channels = openChannels(db.db, join(folder.path, 'key'), () => now);
  const { channel } = channels.add({ name: 'Hook', reach: 'all', place: webhook(receiver.url) });
  const records = openAlertRecords(db.db);
  await using outbox = openOutbox({
    db: db.db,
    channels,
    send,
    log: silent,
    now: () => now,
    onSent: () => {},
  });
  records.apply([fired('a-device'), fired('b-device')], now, loud);
  outbox.look();
  await expect.poll(() => channels.get(channel.id)?.last?.problem).toBe('It answered 503.');
  expect(receiver.received).toEqual(['notice-1']);
  expect(channels.get(channel.id)?.waiting).toBe(2);
  isBroken = false;
  now += 5000;
  const lookAgain = () => {
    outbox.look();
    return channels.get(channel.id);
  };
  await expect.poll(lookAgain).toMatchObject({ waiting: 0, last: { isSent: true } });
  expect(receiver.received).toEqual(['notice-1', 'notice-1', 'notice-2']);
});

test('what is not urgent waits for the end of quiet hours, and is not told at all when it is over by then', async () => {
  await using folder = await temporaryFolder();
  using db = closing(openDatabase(folder.path));
  const nightAt = Date.UTC(2026, 10, 2, 23, 30);
  const channels = openChannels(db.db, join(folder.path, 'key'), () => nightAt);
  channels.add({ name: 'Hook', reach: 'all', place: webhook('http://127.0.0.1:1/') });
  const records = openAlertRecords(db.db);
  const night = calmOf({ quiet: { from: '22:00', to: '07:00' }, escalateMin: null }, 'Europe/Berlin');
  records.apply([fired('a-device'), { ...fired('hall'), kind: 'frost-risk' } as Change], nightAt, night);
  const rows = () => db.db.prepare('SELECT what, state, due_at AS dueAt FROM alert_notice ORDER BY id').all();
  expect(rows()).toEqual([
    { what: 'fired', state: 'waiting', dueAt: Date.UTC(2026, 10, 3, 6) },
    { what: 'fired', state: 'waiting', dueAt: nightAt },
  ]);
  const alert = records.open().get(keyOf('device-offline', 'a-device'))!;
  records.apply([{ what: 'resolved', alert }], nightAt + 1, night);
  expect(rows()).toMatchObject([{ state: 'withdrawn' }, { state: 'waiting' }]);
});

test('what nobody saw to in quiet hours is told again when they end, unless it is urgent', async () => {
  await using folder = await temporaryFolder();
  using db = closing(openDatabase(folder.path));
  const nightAt = Date.UTC(2026, 10, 2, 23, 30);
  openChannels(db.db, join(folder.path, 'key'), () => nightAt).add({
    name: 'Hook',
    reach: 'escalated',
    place: webhook('http://127.0.0.1:1/'),
  });
  const records = openAlertRecords(db.db);
  const night = calmOf({ quiet: { from: '22:00', to: '07:00' }, escalateMin: 30 }, 'Europe/Berlin');
  const kinds = ['device-offline', 'frost-risk'] as const;
  records.apply(
    kinds.map((kind) => Object.assign(fired('hall'), { kind }) as Change),
    nightAt,
    night,
  );
  const escalated = [...records.open().values()].map((alert): Change => ({ what: 'escalated', alert }));
  records.apply(escalated, nightAt + 1, night);
  const rows = db.db
    .prepare(
      'SELECT kind, due_at AS dueAt FROM alert_notice JOIN alert ON alert.id = alert_notice.alert ORDER BY kind',
    )
    .all();
  expect(rows).toEqual([
    { kind: 'device-offline', dueAt: Date.UTC(2026, 10, 3, 6) },
    { kind: 'frost-risk', dueAt: nightAt + 1 },
  ]);
});

test('what announced work brings about waits for its end and is not told when it is over by then; frost is told', async () => {
  await using folder = await temporaryFolder();
  using db = closing(openDatabase(folder.path));
  openChannels(db.db, join(folder.path, 'key'), () => beginAt).add({
    name: 'Hook',
    reach: 'all',
    place: webhook('http://127.0.0.1:1/'),
  });
  const records = openAlertRecords(db.db);
  const work = calmOf({ quiet: null, escalateMin: null }, 'UTC', beginAt + 1000);
  const kinds = ['broker-away', 'device-offline', 'frost-risk'] as const;
  const changes = kinds.map((kind) => Object.assign(fired('hall'), { kind }) as Change);
  records.apply(changes, beginAt, work);
  const alert = records.open().get(keyOf('broker-away', 'hall'))!;
  records.apply([{ what: 'resolved', alert }], beginAt + 1, work);
  const rows = db.db
    .prepare(
      'SELECT kind, what, notice.state, due_at AS dueAt FROM alert_notice AS notice JOIN alert ON alert.id = alert ORDER BY notice.id',
    )
    .all();
  expect(rows).toEqual([
    { kind: 'broker-away', what: 'fired', state: 'withdrawn', dueAt: beginAt + 1000 },
    { kind: 'device-offline', what: 'fired', state: 'waiting', dueAt: beginAt + 1000 },
    { kind: 'frost-risk', what: 'fired', state: 'waiting', dueAt: beginAt },
  ]);
});

test('work that is ended early lets go of what waited for its end, at the next look', async () => {
  await using folder = await temporaryFolder();
  await using receiver = await startReceiver(() => 204);
  using db = closing(openDatabase(folder.path));
  let now = beginAt;
  let maintenanceUntil: number | null = beginAt + 3_600_000;
  await using alerts = startAlerts({
    db: db.db,
    keyFile: join(folder.path, 'key'),
    present: async () => ({
      ...calm,
      devices: [deviceAt('hall', now, {}, { isOnline: false, offlineSince: beginAt })],
    }),
    tellHomeAssistant: null,
    calm: () => ({ timeZone: 'UTC', maintenanceUntil }),
    live: createLive(() => now),
    log: silent,
    now: () => now,
  });
  alerts.rules.changeSettings({ quiet: null, escalateMin: null });
  const { channel } = alerts.channels.add({ name: 'Hook', reach: 'all', place: webhook(receiver.url) });
  for (const minute of [0, 3, 6, 9]) {
    now = beginAt + minute * 60_000;
    await alerts.look();
  }
  expect(alerts.state().open).toMatchObject([{ kind: 'device-offline' }]);
  expect(receiver.received).toEqual([]);
  maintenanceUntil = null;
  await alerts.look();
  await expect.poll(() => receiver.received).toEqual(['notice-1']);
  await expect.poll(() => alerts.channels.get(channel.id)?.waiting).toBe(0);
});

test('a webhook keeps its secret where it is sent elsewhere, and no channel becomes one of another kind', async () => {
  await using folder = await temporaryFolder();
  using db = closing(openDatabase(folder.path));
  const channels = openChannels(db.db, join(folder.path, 'key'), () => beginAt);
  const { channel, secret } = channels.add({
    name: 'Hook',
    reach: 'all',
    place: webhook('http://127.0.0.1:1/'),
  });
  channels.change(channel.id, { name: 'Hook', reach: 'all', place: webhook('http://127.0.0.2:1/') });
  expect(channels.placeOf(channel.id)?.secret).toBe(secret);
  const place = { kind: 'alertmanager', url: 'http://127.0.0.1:1/' } as const;
  expect(() => channels.change(channel.id, { name: 'Hook', reach: 'all', place })).toThrow('add another');
});

test('a muted one is not told when it fires again, and is when the mute is over', async () => {
  await using folder = await temporaryFolder();
  using db = closing(openDatabase(folder.path));
  openChannels(db.db, join(folder.path, 'key'), () => beginAt).add({
    name: 'Hook',
    reach: 'all',
    place: webhook('http://127.0.0.1:1/'),
  });
  const records = openAlertRecords(db.db);
  const notices = () => db.db.prepare('SELECT what FROM alert_notice').pluck().all();
  const only = () => [...records.open().values()][0]!;
  records.apply([fired('a-device')], beginAt, loud);
  records.mute(only().id, beginAt + 1000, beginAt);
  records.apply([{ what: 'resolved', alert: only() }], beginAt + 1, loud);
  records.apply([fired('a-device')], beginAt + 2, loud);
  expect(notices()).toEqual(['fired', 'resolved']);
  const holds = [{ subject: 'a-device', name: 'a', holds: true, why: '', causes: [] }];
  const later = step(emptyMemory, records.open(), new Map([['device-offline', holds]]), {
    now: beginAt + 1000,
    times: () => ({ holdMin: 0, clearMin: 0 }),
    escalateMin: null,
  });
  expect(later.changes).toMatchObject([{ what: 'told' }]);
  records.apply(later.changes, beginAt + 1000, loud);
  expect(notices()).toEqual(['fired', 'resolved', 'fired']);
});

function closing(db: Database.Database) {
  return { db, [Symbol.dispose]: () => void db.close() };
}
