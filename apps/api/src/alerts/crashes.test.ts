import type { AlertKind, AlertSettings } from '@hearth/contract';
import type Database from 'better-sqlite3';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { openChannels } from './channels.ts';
import { keyOf, type Finding } from './condition.ts';
import { emptyMemory, step, type Findings } from './machine.ts';
import { openAlertRecords } from './records.ts';
import { beginAt } from './test-house.ts';
import { seeded } from './test-seeded.ts';

const minuteMs = 60_000;
/** `npm test` says how many (scripts/test/depth.mjs). */
const crashesMax = Number(process.env['TEST_ALERT_CRASHES'] ?? 150);
const subjects = ['a-device', 'b-device', 'c-device', 'd-device'];
const gateway = 'gateway';

/** Where a crash is: before anything is written, at the n-th write of the transaction, or right behind its commit. */
type Crash = 'before' | 'behind' | number;

class CrashError extends Error {
  override readonly name = 'CrashError';
}

/** Findings where each is wrong, or not; what is behind the gateway follows from it. */
function findingsOf(wrong: ReadonlySet<string>): Findings {
  const finding = (kind: AlertKind, subject: string, causes: readonly string[]): Finding => {
    return { subject, name: subject, holds: wrong.has(keyOf(kind, subject)), why: 'It is.', causes };
  };
  const behind = [keyOf('gateway-offline', gateway)];
  return new Map<AlertKind, Finding[]>([
    ['gateway-offline', [finding('gateway-offline', gateway, [])]],
    ['device-offline', subjects.map((each) => finding('device-offline', each, behind))],
    ['room-cold', subjects.map((each) => finding('room-cold', each, []))],
  ]);
}
const everything = [...findingsOf(new Set())].flatMap(([kind, list]) =>
  list!.map(({ subject }) => keyOf(kind, subject)),
);

/** Records and machine over one folder, that may crash in the middle of a look. */
function openWatch(folder: string, settings: AlertSettings, holdMin: number) {
  const { escalateMin } = settings;
  let writesLeft = Infinity;
  const open = (): Database.Database => {
    const db = openDatabase(folder);
    // The order of commits is what is looked at here, not the power cut.
    db.pragma('synchronous = OFF');
    db.function('crashes', { deterministic: false }, () => (--writesLeft === 0 ? 1 : 0));
    for (const [name, on] of Object.entries({
      a: 'INSERT ON alert',
      b: 'UPDATE ON alert',
      c: 'INSERT ON alert_notice',
      d: 'UPDATE ON alert_notice',
    }))
      db.exec(
        `CREATE TEMP TRIGGER crash_${name} AFTER ${on} WHEN crashes() BEGIN SELECT RAISE(ABORT, 'crash'); END`,
      );
    return db;
  };
  let db = open();
  const place = { kind: 'webhook', url: 'http://127.0.0.1:1/' } as const;
  openChannels(db, join(folder, 'key'), () => beginAt).add({ name: 'Hook', reach: 'all', place });
  let records = openAlertRecords(db);
  let memory = emptyMemory;

  const look = (now: number, wrong: ReadonlySet<string>, crash: Crash | null): void => {
    if (crash === 'before') throw new CrashError();
    const next = step(memory, records.open(), findingsOf(wrong), {
      now,
      times: () => ({ holdMin, clearMin: 0 }),
      escalateMin,
    });
    writesLeft = typeof crash === 'number' ? crash : Infinity;
    records.apply(next.changes, now, { settings, timeZone: 'Europe/Berlin', maintenanceUntil: null });
    writesLeft = Infinity;
    if (crash === 'behind') throw new CrashError();
    memory = next.memory;
  };
  return {
    records: () => records,
    /** True when it crashed: then all that was in memory is gone, and what was not committed is looked at again. */
    look(now: number, wrong: ReadonlySet<string>, crash: Crash | null): boolean {
      try {
        look(now, wrong, crash);
        return false;
      } catch (error) {
        if (!(error instanceof CrashError) && (error as Error).message !== 'crash') throw error;
        db.close();
        db = open();
        records = openAlertRecords(db);
        memory = emptyMemory;
        // Behind its commit a look was whole.
        if (crash !== 'behind') look(now, wrong, null);
        return true;
      }
    },
    notices: () =>
      db
        .prepare<[], { what: string; kind: AlertKind; subject: string; dueAt: number; state: string }>(
          `SELECT notice.what, kind, subject, due_at AS dueAt, notice.state FROM alert_notice AS notice
           JOIN alert ON alert.id = alert ORDER BY notice.id`,
        )
        .all(),
    close: () => void db.close(),
  };
}

/** Two of them in folders of their own: one crashes, one never does. */
async function openTwins(settings: AlertSettings, holdMin: number) {
  const parts = new AsyncDisposableStack();
  const open = async () => {
    const folder = parts.use(await mkdtempDisposable(join(tmpdir(), 'hearth-crashes-')));
    return parts.adopt(openWatch(folder.path, settings, holdMin), (watch) => watch.close());
  };
  return { crashing: await open(), whole: await open(), [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

test(`${crashesMax} seeded crashes at any point of a look: open alerts and notices are those of a run without any`, async () => {
  const random = seeded(7);
  await using twins = await openTwins({ quiet: { from: '22:00', to: '07:00' }, escalateMin: 7 }, 0);
  const wrong = new Set<string>();
  let crashes = 0;
  for (let now = beginAt; crashes < crashesMax; now += minuteMs) {
    for (let i = 0; i < 3; i++) {
      const key = pick(random, everything);
      if (!wrong.delete(key)) wrong.add(key);
    }
    const crash = pick<Crash | null>(random, [null, 'before', 'behind', 1, 2, 3, 4, 6, 9]);
    const [acknowledged, muted, isLong] = [random(), random(), random() < 0.5];
    for (const twin of [twins.whole, twins.crashing]) {
      if (twin.look(now, wrong, twin === twins.crashing ? crash : null)) crashes++;
      const open = [...twin.records().open().values()];
      const at = (share: number): number => open[Math.floor(share * 4 * open.length)]?.id ?? 0;
      twin.records().acknowledge(at(acknowledged), 'Anna', now);
      twin.records().mute(at(muted), now + (isLong ? 30 : 3) * minuteMs, now);
    }
    expect(twins.crashing.records().open()).toEqual(twins.whole.records().open());
  }
  const notices = twins.crashing.notices();
  expect(notices).toEqual(twins.whole.notices());
  expect(new Set(notices.map(({ what }) => what))).toEqual(new Set(['fired', 'escalated', 'resolved']));
});

test('a crash begins anew what was pending: all that holds for long enough is told once, and its end once', async () => {
  const random = seeded(11);
  await using twins = await openTwins({ quiet: null, escalateMin: null }, 3);
  const wrong = new Map<string, number>();
  const crashes = Math.ceil(crashesMax / 10);
  for (let minute = 0; minute < 8 * crashes; minute++) {
    const now = beginAt + minute * minuteMs;
    // Twice as long as it has to hold, and a crash in it at most.
    const [key, forMin] = [pick(random, everything), 8 + Math.floor(8 * random())];
    const isFree = (wrong.get(key) ?? -9) + 9 < minute;
    if (isFree && !key.startsWith('gateway') && minute < 8 * crashes - 20) wrong.set(key, minute + forMin);
    const holding = new Set([...wrong].filter(([, until]) => minute < until).map(([each]) => each));
    const crash = pick<Crash>(random, ['before', 'behind', 1, 2, 3]);
    twins.whole.look(now, holding, null);
    twins.crashing.look(now, holding, minute % 8 === 0 ? crash : null);
  }
  const said = ({ notices }: typeof twins.whole): string[] =>
    notices()
      .map(({ what, kind, subject }) => `${what} ${kind} ${subject}`)
      .toSorted();
  expect(said(twins.crashing)).toEqual(said(twins.whole));
  expect(said(twins.whole).length).toBeGreaterThan(crashes);
  expect([...twins.crashing.records().open().keys()]).toEqual([]);
});
