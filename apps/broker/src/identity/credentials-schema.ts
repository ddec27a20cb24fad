import { StartError } from '@hearth/part';
import type Database from 'better-sqlite3';
import { openLockedDatabase } from '../locked-database.ts';

/** Versions in order; each runs once, in a transaction, and is never changed after a release. */
const migrations = [
  `
  CREATE TABLE credential (
    id TEXT PRIMARY KEY, role TEXT NOT NULL, home TEXT NOT NULL, secret_sha256 TEXT NOT NULL,
    topics TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // A secret may be missing where there is a certificate. `ended` is what the sessions have yet to forget.
  `
  ALTER TABLE credential RENAME TO credential_1;
  CREATE TABLE credential (
    id TEXT PRIMARY KEY, role TEXT NOT NULL, home TEXT NOT NULL, topics TEXT NOT NULL,
    secret_sha256 TEXT, next_sha256 TEXT, former_until INTEGER, certificate_sha256 TEXT
  ) STRICT, WITHOUT ROWID;
  INSERT INTO credential (id, role, home, topics, secret_sha256)
    SELECT id, role, home, topics, secret_sha256 FROM credential_1;
  DROP TABLE credential_1;
  CREATE TABLE ended (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, role TEXT NOT NULL, home TEXT NOT NULL,
    is_gone INTEGER NOT NULL
  ) STRICT;
  `,
];

/**
 * Opens the file, locked for this process, with every commit on disk when it returns.
 * @throws {DatabaseBusyError} when it is still locked after `waitMs`.
 * @throws {StartError} when a newer Hearth wrote it, it is damaged, or it cannot be written.
 */
export function openCredentialsFile(path: string, waitMs: number): Database.Database {
  return openLockedDatabase(path, {
    waitMs,
    prepare: (db) => migrate(db, path),
    withNone: 'move it away and give each device a new credential',
  });
}

function migrate(db: Database.Database, path: string): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length)
    throw new StartError(`${path} was written by a newer Hearth: install that one`);
  for (const [index, sql] of migrations.slice(version).entries())
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version + index + 1}`);
    })();
}
