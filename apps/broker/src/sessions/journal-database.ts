import { StartError } from '@hearth/part';
import type Database from 'better-sqlite3';
import { openLockedDatabase } from '../locked-database.ts';

/** "HSES", so that the file tells whose it is. */
const applicationId = 0x48_53_45_53;

const schema = `
  CREATE TABLE session (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE subscription (
    name TEXT NOT NULL, filter TEXT NOT NULL, qos INTEGER NOT NULL, PRIMARY KEY (name, filter)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE queued (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, qos INTEGER NOT NULL, topic TEXT NOT NULL,
    packet_id INTEGER, is_released INTEGER NOT NULL DEFAULT 0, payload BLOB NOT NULL
  ) STRICT;
  CREATE TABLE incoming (
    name TEXT NOT NULL, packet_id INTEGER NOT NULL, PRIMARY KEY (name, packet_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE retained (topic TEXT PRIMARY KEY, qos INTEGER NOT NULL, payload BLOB NOT NULL) STRICT;
  CREATE TABLE will (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, topic TEXT NOT NULL, qos INTEGER NOT NULL,
    is_retained INTEGER NOT NULL, payload BLOB NOT NULL
  ) STRICT;
  CREATE TABLE probe (id INTEGER PRIMARY KEY, probes INTEGER NOT NULL) STRICT;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = 1;
`;

/** What the WAL is cut to after a checkpoint, bytes; without it, it keeps its greatest length. */
const walLimitBytes = 16 * 1024 * 1024;

/** Holds the leaves that a batch touches, kB. */
const cacheKb = 8192;

/** For a broker that is just stopping. */
const waitMs = 1000;

export type JournalDatabase = Database.Database;

/**
 * Opens the broker's journal, locked for one connection, so that what is committed survives a power cut; makes
 * the tables where there are none.
 * @throws {StartError} when a newer Hearth or another program wrote it, it is damaged or cannot be written, or another
 * broker has it.
 */
export function openJournalDatabase(path: string): JournalDatabase {
  return openLockedDatabase(path, {
    waitMs,
    prepare(db) {
      db.pragma(`journal_size_limit = ${walLimitBytes}`);
      db.pragma(`cache_size = -${cacheKb}`);
      db.pragma('trusted_schema = 0');
      prepareSchema(db, path);
    },
    withNone: 'move it away and sessions begin anew',
  });
}

function prepareSchema(db: JournalDatabase, path: string): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (isEmpty) {
    db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
    return;
  }
  if (db.pragma('application_id', { simple: true }) !== applicationId)
    throw new StartError(`${path} is a database of another program: move it away`);
  if (version > 1) throw new StartError(`${path} was written by a newer Hearth: install that one`);
}
