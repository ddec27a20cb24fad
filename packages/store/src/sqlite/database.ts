import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { UnusableDatabase } from '../errors.ts';
import { applicationId, migrations, schemaVersion } from './schema.ts';

export type Connection = Database.Database;

/** Before 3.51.3 two connections that checkpoint could lose committed WAL frames (sqlite.org/wal.html). */
const oldestSqlite = [3, 51, 3];

/** Pages held a connection, kB. SQLite's 16 MB is much for a small server, and a chart reads each page once. */
const cacheKb = 4096;

/** How long a statement waits for another process that holds the lock, such as a backup. */
export const busyTimeoutMs = 5000;

/** What the WAL file is cut to after a checkpoint; without it, it keeps its greatest length for ever. */
const journalLimitB = 8 * 1024 * 1024;

/** Up to this size the whole file is checked at the start, at about 5 ms a MB; above, what the start reads. */
const wholeCheckLimitB = 32 * 1024 * 1024;

/** Node's own recursive mkdir says ENOENT on a read-only disk, and never returns below `/proc`. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
}

/** Sets a pragma and asserts that SQLite took it: some it ignores without a word. */
function setPragma(
  db: Connection,
  name: string,
  value: string | number,
  taken: string | number = value,
): void {
  db.pragma(`${name} = ${value}`);
  const now = db.pragma(name, { simple: true });
  if (now !== taken) throw new Error(`SQLite has ${name} = ${String(now)}, wanted ${taken}`);
}

function assertSqliteVersion(db: Connection): void {
  const version = db.prepare<[], string>('SELECT sqlite_version()').pluck().get()!;
  const parts = version.split('.').map(Number);
  const difference = oldestSqlite.map((part, i) => parts[i]! - part).find((d) => d !== 0) ?? 0;
  if (difference < 0) throw new Error(`SQLite ${version} is too old: ${oldestSqlite.join('.')} is needed`);
}

function assertOurs(db: Connection): void {
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (isEmpty) return;
  if (db.pragma('application_id', { simple: true }) !== applicationId)
    throw new UnusableDatabase('not-hearth', 'this is a database of another program');
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > schemaVersion)
    throw new UnusableDatabase('newer-version', `schema ${version} is of a newer Hearth than this one`);
}

function assertWhole(db: Connection, path: string): void {
  if (statSync(path).size > wholeCheckLimitB) return;
  const said = db.pragma('quick_check(1)', { simple: true });
  if (said !== 'ok') throw new UnusableDatabase('SQLITE_CORRUPT', String(said));
}

function bringUpToDate(db: Connection): void {
  db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version === schemaVersion) return;
    for (const migration of migrations.slice(version)) db.exec(migration);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
  }).immediate();
}

/**
 * Opens the database for the one that writes, and makes folder, file and tables where they are missing. A
 * file that is damaged or not ours is left as it is.
 * @throws SqliteError, a system error or {@link UnusableDatabase}.
 */
export function openWritable(path: string): Connection {
  makeFolder(dirname(path));
  const db = new Database(path, { timeout: busyTimeoutMs });
  try {
    assertSqliteVersion(db);
    setPragma(db, 'trusted_schema', 0);
    setPragma(db, 'cache_size', -cacheKb);
    assertOurs(db);
    // Of a new file alone: what is pruned can then be given back piece by piece.
    if (statSync(path).size === 0) db.pragma('auto_vacuum = INCREMENTAL');
    setPragma(db, 'journal_mode', 'WAL', 'wal');
    setPragma(db, 'synchronous', 'FULL', 2);
    setPragma(db, 'journal_size_limit', journalLimitB);
    setPragma(db, 'mmap_size', 0);
    assertWhole(db, path);
    bringUpToDate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens a database of readings to read it as it is at this moment, whoever writes to it meanwhile.
 * @throws SqliteError or {@link UnusableDatabase}
 */
export function openReadable(path: string): Connection {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    setPragma(db, 'trusted_schema', 0);
    setPragma(db, 'cache_size', -cacheKb);
    db.exec('BEGIN');
    assertOurs(db);
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version < schemaVersion)
      throw new UnusableDatabase(
        'older-version',
        `schema ${version} is of an older Hearth: start this one on it once`,
      );
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
