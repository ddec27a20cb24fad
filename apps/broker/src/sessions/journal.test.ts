import { createLog } from '@hearth/part';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal, type Journal } from './journal.ts';
import { verbs } from './records.ts';
import { readLeft } from './recovery.ts';

const log = createLog('test', 'silent');

function temporaryJournal(maxPages?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-journal-'));
  const path = join(folder, 'sessions.db');
  readLeft(path);
  const open = (): Journal => openJournal(maxPages === undefined ? { path } : { path, maxPages }, log);
  return { folder, path, open, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
const committed = (journal: Journal): Promise<void> =>
  new Promise((resolve, reject) => {
    journal.after((failure) => (failure ? reject(failure) : resolve()));
  });
const queue = (journal: Journal, row: number, isKept = false, size = 10): void =>
  journal.append({
    verb: verbs.queue,
    isKept,
    number: row,
    small: 1,
    name: 'one',
    topic: 'a/ü',
    payload: Buffer.alloc(size, row),
  });

test('callbacks come in order, each when all before it is on disk, and at once when nothing waits', async () => {
  using place = temporaryJournal();
  const journal = place.open();
  const told: number[] = [];
  journal.after(() => told.push(0));
  expect(told).toEqual([0]);
  journal.append({ verb: verbs.begin, isKept: false, name: 'one' });
  for (const row of [1, 2, 3]) {
    queue(journal, row);
    journal.after(() => told.push(row));
  }
  expect(told).toEqual([0]);
  await committed(journal);
  expect(told).toEqual([0, 1, 2, 3]);
  journal.noteSent(2, 77);
  journal.noteDone(3);
  await journal[Symbol.asyncDispose]();
  expect(readLeft(place.path).queued).toMatchObject([
    { id: 1, name: 'one', topic: 'a/ü', qos: 1, packetId: null, payload: Buffer.alloc(10, 1) },
    { id: 2, packetId: 77 },
  ]);
});

test('on a full disk nobody is told that it is stored, deleting goes on, and it is taken again when there is room', async () => {
  using place = temporaryJournal(40);
  const journal = place.open();
  const states: string[] = [];
  journal.onState(({ state }) => states.push(state));
  journal.append({ verb: verbs.begin, isKept: false, name: 'one' });
  let stored = 0;
  await expect(
    (async () => {
      for (let row = 1; row < 100; row++) {
        queue(journal, row, false, 4000);
        await committed(journal);
        stored = row;
      }
    })(),
  ).rejects.toThrow(/full/);
  expect(stored).toBeGreaterThan(3);
  expect(states).toEqual(['full']);
  expect(journal.state.detail).toMatch(/disk .* full/);
  await expect(committed(journal)).rejects.toThrow(/full/);
  // What has happened is written when it can be.
  queue(journal, 1000, true, 10);
  for (let row = 1; row <= stored; row++) journal.noteDone(row);
  await expect.poll(() => states).toEqual(['full', 'ok']);
  queue(journal, 1001);
  await committed(journal);
  await journal[Symbol.asyncDispose]();
  expect(readLeft(place.path).queued.map(({ id }) => id)).toEqual([1000, 1001]);
});

test('a disk that is gone fails what waits, and is opened anew when it is back', async () => {
  using place = temporaryJournal();
  const away = `${place.folder}-away`;
  renameSync(place.folder, away);
  const journal = place.open();
  journal.append({ verb: verbs.begin, isKept: false, name: 'given up' });
  await expect(committed(journal)).rejects.toThrow();
  expect(journal.state).toMatchObject({ state: 'failing', detail: expect.stringMatching(/check the disk/) });
  journal.append({ verb: verbs.begin, isKept: true, name: 'kept' });
  journal.append({ verb: verbs.begin, isKept: false, name: 'given up too' });
  renameSync(away, place.folder);
  await expect.poll(() => journal.state.state).toBe('ok');
  await journal[Symbol.asyncDispose]();
  expect(readLeft(place.path).sessions).toEqual(['kept']);
});
