import type { ChainEntry } from '../sealed/chain.ts';
import { openBlockRows } from './block-rows.ts';
import { openChain } from './chain.ts';
import type { Connection } from './database.ts';

/** Deletes what the database has of devices. One transaction each; doing it again does nothing. */
export interface Forgetting {
  /** History, series and counters. */
  all(device: string, now: number): void;
  /** Numbers and replay window alone. */
  numbers(device: string): void;
}

/** Each takes the id of a device. */
const deletions = [
  'DELETE FROM rollup WHERE device = ?',
  'DELETE FROM latest WHERE device = ?',
  'DELETE FROM span WHERE device = ?',
  'DELETE FROM repeat WHERE device = ?',
  'DELETE FROM device WHERE id = ?',
];

const numberDeletions = [
  'DELETE FROM span WHERE device = ?',
  'DELETE FROM repeat WHERE device = ?',
  'UPDATE device SET duplicates = 0 WHERE id = ?',
];

export function openForgetting(db: Connection): Forgetting {
  const blockRows = openBlockRows(db);
  const chain = openChain(db);
  const find = db.prepare<[string], number>('SELECT id FROM device WHERE name = ?').pluck();
  const blocks = db.prepare<[number], number>('SELECT id FROM block WHERE device = ? ORDER BY first').pluck();
  const deleteWindow = db.prepare<[string]>('DELETE FROM replay_window WHERE device = ?');
  const prepared = (statements: readonly string[]) => statements.map((sql) => db.prepare<[number]>(sql));
  const ofAll = prepared(deletions);
  const ofNumbers = prepared(numberDeletions);

  return {
    all: db.transaction((device: string, now: number) => {
      deleteWindow.run(device);
      const id = find.get(device);
      if (id === undefined) return;
      const entry: ChainEntry = { device, kind: 'forget', added: [], removed: [] };
      for (const block of blocks.all(id)) entry.removed.push(blockRows.remove(block));
      chain.add(entry, now);
      for (const statement of ofAll) statement.run(id);
    }),
    numbers: db.transaction((device: string) => {
      deleteWindow.run(device);
      const id = find.get(device);
      if (id !== undefined) for (const statement of ofNumbers) statement.run(id);
    }),
  };
}
