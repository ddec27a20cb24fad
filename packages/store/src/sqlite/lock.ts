import Database from 'better-sqlite3';
import { UnusableDatabase } from '../errors.ts';

/**
 * Keeps other processes from the readings at `path` until this one ends, however it ends: the journal has one writer.
 * The lock is of a file beside it, so that others can still read the database.
 * @throws {UnusableDatabase} where another holds it
 */
export function holdLock(path: string): Disposable {
  const db = new Database(`${path}.lock`, { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
    return { [Symbol.dispose]: () => void db.close() };
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY')
      throw new UnusableDatabase('in-use', 'another process has these readings open', { cause: error });
    throw error;
  }
}
