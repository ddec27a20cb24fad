import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { openAudit } from './audit.ts';

it('keeps the newest, and what is refused drives out nothing that was done', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-audit-'));
  using closing = new DisposableStack();
  const db = closing.adopt(openDatabase(folder.path), (opened) => void opened.close());
  const audit = openAudit(db, () => 1, { done: 60, refused: 3 });
  const note = (about: string, isDone: boolean): void =>
    audit.note({ who: 'Anna', by: 'session', token: null, address: '::1', route: 'addRoom', about, isDone });
  for (let i = 0; i < 70; i++) note(`done ${i}`, true);
  for (let i = 0; i < 70; i++) note(`refused ${i}`, false);
  const first = audit.page(null);
  expect(first.deeds.slice(0, 4).map(({ about }) => about)).toEqual([
    'refused 69',
    'refused 68',
    'refused 67',
    'done 69',
  ]);
  const second = audit.page(first.before);
  expect([first.deeds.length + second.deeds.length, second.before]).toEqual([63, null]);
  expect(second.deeds.at(-1)!.about).toBe('done 10');
});
