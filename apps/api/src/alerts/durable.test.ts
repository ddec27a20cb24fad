import type { ChannelPlace } from '@hearth/contract';
import type Database from 'better-sqlite3';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { openChannels } from './channels.ts';
import { keyOf } from './condition.ts';
import { emptyMemory, step, type Change, type Memory } from './machine.ts';
import { openOutbox } from './outbox.ts';
import { openAlertRecords } from './records.ts';
import { openSender } from './senders.ts';
import { beginAt } from './test-house.ts';

const silent = pino({ level: 'silent' });
const loud = { quiet: null, escalateMin: null };
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

/** A receiver that takes what comes, or answers as it is told. */
async function startReceiver(answer: (body: string, count: number) => number = () => 204) {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      received.push(String(request.headers['webhook-id']));
      response.writeHead(answer(Buffer.concat(pieces).toString(), received.length)).end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A generator of numbers in [0, 1) that a seed repeats. @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (mulberry32) */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes the database refuse a write at a random point, as a crash in the middle of a transaction does. */
function crashSometimes(db: Database.Database, random: () => number, state: { isArmed: boolean }): void {
  db.function('crashes', { deterministic: false }, () => (state.isArmed && random() < 0.3 ? 1 : 0));
  for (const [name, on] of [
    ['a', 'INSERT ON alert'],
    ['b', 'UPDATE ON alert'],
    ['c', 'INSERT ON alert_notice'],
  ] as const)
    db.exec(
      `CREATE TEMP TRIGGER crash_${name} AFTER ${on} WHEN crashes() BEGIN SELECT RAISE(ABORT, 'crash'); END`,
    );
}

test('1,000 seeded crashes in the middle of a step: each alert is told once, each end once, none is lost', async () => {
  await using folder = await temporaryFolder();
  const random = seeded(7);
  const subjects = ['a-device', 'b-device', 'c-device'];
  const wrong = new Set<string>();
  const state = { isArmed: true };
  const open = () => {
    const opened = openDatabase(folder.path);
    // The order of commits is what is looked at here, not the power cut.
    opened.pragma('synchronous = OFF');
    crashSometimes(opened, random, state);
    return opened;
  };
  let db = open();
  openChannels(db, join(folder.path, 'key'), () => beginAt).add({
    name: 'Hook',
    reach: 'all',
    place: webhook('http://127.0.0.1:1/'),
  });
  let records = openAlertRecords(db);
  let memory: Memory = emptyMemory;
  let crashes = 0;
  let fires = 0;
  let ends = 0;
  const look = (now: number): void => {
    const findings = subjects.map((subject) => ({
      subject,
      name: subject,
      holds: wrong.has(subject),
      why: '',
      causes: [],
    }));
    const next = step(memory, records.open(), new Map([['device-offline', findings]]), {
      now,
      times: () => ({ holdMin: 0, clearMin: 0 }),
      escalateMin: null,
    });
    records.apply(next.changes, now, loud, 'UTC');
    memory = next.memory;
    for (const { what } of next.changes)
      if (what === 'fired') fires++;
      else if (what === 'resolved') ends++;
  };
  for (let now = beginAt; crashes < 1000; now++) {
    const subject = subjects[Math.floor(random() * subjects.length)]!;
    if (!wrong.delete(subject)) wrong.add(subject);
    for (let isDone = false; !isDone;)
      try {
        look(now);
        isDone = true;
      } catch (error) {
        expect((error as Error).message).toBe('crash');
        crashes++;
        db.close();
        db = open();
        records = openAlertRecords(db);
        memory = emptyMemory;
      }
  }
  const count = (what: string): number =>
    db.prepare<[string], number>('SELECT count(*) FROM alert_notice WHERE what = ?').pluck().get(what)!;
  const doubled = db
    .prepare('SELECT 1 FROM alert_notice GROUP BY alert, channel, what HAVING count(*) > 1')
    .all();
  expect([...records.open().keys()].toSorted()).toEqual(
    [...wrong].map((each) => keyOf('device-offline', each)).toSorted(),
  );
  expect({ fired: count('fired'), resolved: count('resolved'), doubled }).toEqual({
    fired: fires,
    resolved: ends,
    doubled: [],
  });
  expect(fires - ends).toBe(wrong.size);
  db.close();
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
  records.apply([fired('a-device'), fired('b-device')], now, loud, 'UTC');
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
  const night = { quiet: { from: '22:00', to: '07:00' }, escalateMin: null };
  records.apply(
    [fired('a-device'), { ...fired('hall'), kind: 'frost-risk' } as Change],
    nightAt,
    night,
    'Europe/Berlin',
  );
  const rows = () => db.db.prepare('SELECT what, state, due_at AS dueAt FROM alert_notice ORDER BY id').all();
  expect(rows()).toEqual([
    { what: 'fired', state: 'waiting', dueAt: Date.UTC(2026, 10, 3, 6) },
    { what: 'fired', state: 'waiting', dueAt: nightAt },
  ]);
  const alert = records.open().get(keyOf('device-offline', 'a-device'))!;
  records.apply([{ what: 'resolved', alert }], nightAt + 1, night, 'Europe/Berlin');
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
  const night = { quiet: { from: '22:00', to: '07:00' }, escalateMin: 30 };
  const kinds = ['device-offline', 'frost-risk'] as const;
  records.apply(
    kinds.map((kind) => Object.assign(fired('hall'), { kind }) as Change),
    nightAt,
    night,
    'Europe/Berlin',
  );
  const escalated = [...records.open().values()].map((alert): Change => ({ what: 'escalated', alert }));
  records.apply(escalated, nightAt + 1, night, 'Europe/Berlin');
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
  records.apply([fired('a-device')], beginAt, loud, 'UTC');
  records.mute(only().id, beginAt + 1000, beginAt);
  records.apply([{ what: 'resolved', alert: only() }], beginAt + 1, loud, 'UTC');
  records.apply([fired('a-device')], beginAt + 2, loud, 'UTC');
  expect(notices()).toEqual(['fired', 'resolved']);
  const holds = [{ subject: 'a-device', name: 'a', holds: true, why: '', causes: [] }];
  const later = step(emptyMemory, records.open(), new Map([['device-offline', holds]]), {
    now: beginAt + 1000,
    times: () => ({ holdMin: 0, clearMin: 0 }),
    escalateMin: null,
  });
  expect(later.changes).toMatchObject([{ what: 'told' }]);
  records.apply(later.changes, beginAt + 1000, loud, 'UTC');
  expect(notices()).toEqual(['fired', 'resolved', 'fired']);
});

function closing(db: Database.Database) {
  return { db, [Symbol.dispose]: () => void db.close() };
}

test('killed with -9 in the middle of sending: each notice arrives at least once and at most twice', async () => {
  await using folder = await temporaryFolder();
  const killAfter = 10;
  const all = 30;
  let victim: ChildProcess | undefined;
  await using receiver = await startReceiver((_, count) => {
    // The receiver has it, and the sender does not know yet.
    if (count === killAfter) victim?.kill('SIGKILL');
    return 204;
  });
  {
    using db = closing(openDatabase(folder.path));
    const channels = openChannels(db.db, join(folder.path, 'key'), Date.now);
    channels.add({ name: 'Hook', reach: 'all', place: webhook(receiver.url) });
    const changes = Array.from({ length: all }, (_, i) => fired(`device-${i}`));
    openAlertRecords(db.db).apply(changes, Date.now(), loud, 'UTC');
  }
  const start = () =>
    spawn(process.execPath, [join(import.meta.dirname, 'sending-until-killed.ts'), folder.path], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  victim = start();
  await once(victim, 'exit');
  expect(victim.signalCode).toBe('SIGKILL');
  const next = start();
  await expect.poll(() => new Set(receiver.received).size, { timeout: 20_000 }).toBe(all);
  next.kill();
  await once(next, 'exit');
  const counts = Map.groupBy(receiver.received, (id) => id).values();
  expect(Math.max(...[...counts].map((times) => times.length))).toBe(2);
  expect(receiver.received).toHaveLength(all + 1);
});
