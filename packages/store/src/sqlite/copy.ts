import Database from 'better-sqlite3';
import { syncFolder } from '../journal/sync-folder.ts';
import { busyTimeoutMs } from './database.ts';

/** Pages copied at once, 1 MB: between two lots the event loop turns. */
const lotPages = 256;

/**
 * Copies a database of ours that others may be writing to, with what is in its WAL, as it is at one moment. The copy
 * is synced to disk when this resolves. What this reads and syncs holds up the thread that calls it, and nobody else.
 * @throws SqliteError
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const db = new Database(from, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
  try {
    // A read transaction holds the moment: without it each commit of another connection lets the copy begin anew.
    db.exec('BEGIN');
    db.prepare('SELECT 1 FROM sqlite_schema').get();
    await db.backup(to, { progress: () => lotPages });
    // SQLite deletes its journal and leaves it at that: were it there again, it would undo the copy.
    syncFolder(to);
  } finally {
    db.close();
  }
}
