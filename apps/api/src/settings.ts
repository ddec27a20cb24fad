import type { Database } from 'better-sqlite3';

/** One setting of hearth.db: a text under a name; undefined until it is set. */
export interface Setting {
  get(): string | undefined;
  set(value: string): void;
}

export function openSetting(db: Database, name: string): Setting {
  const select = db.prepare<[string], string>('SELECT value FROM setting WHERE name = ?').pluck();
  const upsert = db.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return { get: () => select.get(name), set: (value) => void upsert.run(name, value) };
}
