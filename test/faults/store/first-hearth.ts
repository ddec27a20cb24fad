import { DatabaseSync } from 'node:sqlite';

/** The tables of the first Hearth, which kept a row for each reading: schema 2; its id spells `Hrth`. */
const schema = `
CREATE TABLE device (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, duplicates INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE series (id INTEGER PRIMARY KEY, device INTEGER NOT NULL, quantity TEXT NOT NULL, UNIQUE (device, quantity))
  STRICT;
CREATE TABLE reading (series INTEGER NOT NULL, at INTEGER NOT NULL, value REAL, PRIMARY KEY (series, at))
  WITHOUT ROWID, STRICT;
CREATE TABLE latest (series INTEGER PRIMARY KEY, at INTEGER NOT NULL, value REAL, received_at INTEGER NOT NULL,
  is_late INTEGER NOT NULL, fault TEXT) STRICT;
CREATE TABLE rollup (series INTEGER NOT NULL, width_ms INTEGER NOT NULL, start INTEGER NOT NULL, count INTEGER NOT NULL,
  min REAL NOT NULL, max REAL NOT NULL, sum REAL NOT NULL, last REAL NOT NULL, PRIMARY KEY (series, width_ms, start))
  WITHOUT ROWID, STRICT;
CREATE TABLE span (device INTEGER NOT NULL, boot INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (device, boot, first)) WITHOUT ROWID, STRICT;
CREATE TABLE replay_window (device TEXT PRIMARY KEY, key TEXT NOT NULL, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
  seen TEXT NOT NULL) WITHOUT ROWID, STRICT;
PRAGMA application_id = 1215460456;
PRAGMA user_version = 2;
`;

/** Of each series. */
export const rowCount = 1000;

/** What the first Hearth had: a row of each series for each `n` below {@link rowCount}, the newest first. */
export const rowSeries = [
  { device: 'hall', quantity: 'temperature', stepMs: 60_000, value: (n: number) => 20 + (n % 10) / 10 },
  { device: 'hall', quantity: 'heating', stepMs: 60_000, value: (n: number) => n % 2 },
  {
    device: 'bath',
    quantity: 'temperature',
    stepMs: 4_000_000,
    value: (n: number) => (n % 100 === 1 ? null : n / 10),
  },
] as const;

/** Of the hall, whose readings were numbered; the bath's were not. */
export const rowSpan = { device: 'hall', boot: 7, first: 1, last: 900 } as const;

/** Leaves a database as the first Hearth did, closed in order. @param end when its newest reading was measured */
export function writeFirstHearth(path: string, end: number): void {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(schema);
  db.exec('BEGIN');
  const put = db.prepare('INSERT INTO reading VALUES (?, ?, ?)');
  const putSeries = db.prepare('INSERT INTO series SELECT ?, id, ? FROM device WHERE name = ?');
  const putLatest = db.prepare('INSERT INTO latest VALUES (?, ?, ?, ?, 0, NULL)');
  db.exec(`INSERT INTO device (name) VALUES ('hall'), ('bath')`);
  for (const [id, { device, quantity, stepMs, value }] of rowSeries.entries()) {
    putSeries.run(id, quantity, device);
    putLatest.run(id, end, value(0), end);
    for (let n = 0; n < rowCount; n++) put.run(id, end - n * stepMs, value(n));
  }
  const { device, boot, first, last } = rowSpan;
  db.prepare('INSERT INTO span SELECT id, ?, ?, ? FROM device WHERE name = ?').run(boot, first, last, device);
  db.exec('COMMIT');
  db.close();
}
