import type { Connection } from './database.ts';

const ofItsSeries = 'WHERE series IN (SELECT id FROM series WHERE device = ?)';

/** Each takes the id of a device. */
const numberDeletions = [
  'DELETE FROM span WHERE device = ?',
  'UPDATE device SET duplicates = 0 WHERE id = ?',
];

/** Likewise; the tables that others refer to come last. */
const deletions = [
  `DELETE FROM reading ${ofItsSeries}`,
  `DELETE FROM rollup ${ofItsSeries}`,
  `DELETE FROM latest ${ofItsSeries}`,
  'DELETE FROM series WHERE device = ?',
  'DELETE FROM span WHERE device = ?',
  'DELETE FROM device WHERE id = ?',
];

/** Deletes what the database has of these devices, or their numbers alone. To be used within a transaction. */
export function forget(db: Connection, devices: readonly string[], what: 'all' | 'numbers'): void {
  const find = db.prepare<[string], number>('SELECT id FROM device WHERE name = ?').pluck();
  const statements = (what === 'all' ? deletions : numberDeletions).map((sql) => db.prepare<[number]>(sql));
  const deleteWindow = db.prepare<[string]>('DELETE FROM replay_window WHERE device = ?');
  for (const name of devices) {
    deleteWindow.run(name);
    const id = find.get(name);
    if (id !== undefined) for (const statement of statements) statement.run(id);
  }
}
