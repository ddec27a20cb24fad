import type { RejectedMessage } from '@hearth/contract';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { openQuarantine } from './quarantine.ts';

const message = (at: number, more: Partial<RejectedMessage> = {}): RejectedMessage => ({
  at,
  topic: 'hearth/v1/home/hall/reading',
  rule: 'type',
  path: '/values/temperature',
  expected: 'must be number',
  got: `"${at}"`,
  consequence: 'acknowledged',
  count: 1,
  ...more,
});

async function openTestQuarantine() {
  const folder = await mkdtempDisposable(join(tmpdir(), 'hearth-quarantine-'));
  const open = () => {
    const db = openDatabase(folder.path);
    return { db, quarantine: openQuarantine(db) };
  };
  const opened = open();
  return {
    ...opened,
    put(...messages: RejectedMessage[]) {
      for (const each of messages) this.quarantine.put('hall', each);
    },
    list() {
      return this.quarantine.list('hall');
    },
    reopen() {
      this.db.close();
      Object.assign(this, open());
    },
    async [Symbol.asyncDispose]() {
      this.db.close();
      await folder.remove();
    },
  };
}

test('the same mistake again and again is one entry, counted, with the newest time and content', async () => {
  await using rig = await openTestQuarantine();
  rig.put(message(1), message(2, { rule: 'json', path: '' }));
  for (let at = 3; at < 39; at++) rig.put(message(at));
  expect(rig.list()).toEqual([message(38, { count: 37 }), message(2, { rule: 'json', path: '' })]);
});

test('another topic, place, consequence or field is another mistake', async () => {
  await using rig = await openTestQuarantine();
  rig.put(
    message(1),
    message(2, { topic: 'hearth/v1/home/hall/status' }),
    message(3, { path: '/values/humidity' }),
    message(4, { consequence: 'closed' }),
    message(5, { expected: 'no field temp' }),
  );
  expect(rig.list().map(({ at }) => at)).toEqual([5, 4, 3, 2, 1]);
});

test('figures in what was expected do not make another mistake', async () => {
  await using rig = await openTestQuarantine();
  rig.put(message(1, { expected: 'after 4/17' }), message(2, { expected: 'after 4/2031' }));
  expect(rig.list()).toEqual([message(2, { expected: 'after 4/2031', count: 2 })]);
});

test('of 20 entries the one that was not repeated for longest goes', async () => {
  await using rig = await openTestQuarantine();
  for (let at = 1; at <= 20; at++) rig.put(message(at, { path: `/values/${at}` }));
  rig.put(message(21, { path: '/values/1' }), message(22, { path: '/values/new' }));
  const paths = rig.list().map(({ path }) => path);
  expect(paths).toHaveLength(20);
  expect(paths.slice(0, 2)).toEqual(['/values/new', '/values/1']);
  expect(paths).not.toContain('/values/2');
});

test('repeats that wait in memory are shown, and on disk after the next save', async () => {
  await using rig = await openTestQuarantine();
  rig.put(message(1));
  expect(rig.quarantine.has('hall', message(2))).toBe(true);
  expect(rig.quarantine.has('hall', message(2, { rule: 'json' }))).toBe(false);
  expect(rig.quarantine.has('bath', message(2))).toBe(false);
  rig.quarantine.wait('hall', message(2));
  rig.quarantine.wait('hall', message(3, { count: 5 }));
  expect(rig.list()).toEqual([message(3, { count: 7 })]);
  rig.quarantine.save();
  expect(rig.list()).toEqual([message(3, { count: 7 })]);
  rig.reopen();
  expect(rig.list()).toEqual([message(3, { count: 7 })]);
  rig.quarantine.wait('hall', message(4));
  rig.quarantine.remove('hall');
  rig.quarantine.save();
  expect(rig.list()).toEqual([]);
});
