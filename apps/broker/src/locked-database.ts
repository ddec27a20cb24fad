import { explainFile, StartError } from '@hearth/part';
import Database from 'better-sqlite3';

/** Another process has the file open. */
export class DatabaseBusyError extends StartError {}

export interface LockedDatabaseOptions {
  /** How long to wait for another process that has it open. */
  waitMs: number;
  /** Makes or checks the tables, as the first that is done with the file. */
  prepare: (db: Database.Database) => void;
  /** What to do with a damaged file when there is no backup of it, in words for a person. */
  withNone: string;
}

/**
 * Opens a file of the broker's, which is made where it is missing, locked for this connection and with every commit on
 * disk when it returns.
 * @throws {DatabaseBusyError} when it is still locked after `waitMs`.
 * @throws {StartError} when it is damaged or cannot be written. @throws what `prepare` throws.
 */
export function openLockedDatabase(
  path: string,
  { waitMs, prepare, withNone }: LockedDatabaseOptions,
): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: waitMs });
    db.pragma('locking_mode = EXCLUSIVE');
    const journalMode = db.pragma('journal_mode = WAL', { simple: true });
    db.pragma('synchronous = FULL');
    // In WAL the library's own default is NORMAL, which forgets commits in a power cut.
    if (journalMode !== 'wal' || db.pragma('synchronous', { simple: true }) !== 2)
      throw new Error(`${path} does not keep commits through a power cut`);
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY')
      throw new DatabaseBusyError(
        `another broker uses ${path}: stop it, or set HEARTH_DATA_DIR to another folder`,
      );
    throw explainFile(error, path, withNone);
  }
}
