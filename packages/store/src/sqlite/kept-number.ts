import type { Connection } from './database.ts';

/** When the wall clock was last looked at, Unix ms; and the number of the journal's oldest frame that is of use. */
type Name = 'clock-seen-at' | 'journal-from';

/** A number that is kept in this database; null before it was set. */
export interface KeptNumber {
  get(): number | null;
  set(value: number): void;
}

export function openKeptNumber(db: Connection, name: Name): KeptNumber {
  const get = db.prepare<[string], string>('SELECT value FROM setting WHERE name = ?').pluck();
  const set = db.prepare<[string, string]>('INSERT OR REPLACE INTO setting VALUES (?, ?)');
  return {
    get() {
      const value = get.get(name);
      return value === undefined ? null : Number(value);
    },
    set: (value) => void set.run(name, String(value)),
  };
}
