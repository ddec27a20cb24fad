import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { credentialsName } from './contents.ts';

/** Whether a broker has this data folder: it keeps its credentials locked. */
export function isBrokerRunning(dataDir: string): boolean {
  const path = join(dataDir, credentialsName);
  if (!existsSync(path)) return false;
  try {
    const db = new Database(path, { fileMustExist: true, timeout: 0 });
    try {
      db.prepare('SELECT 1 FROM sqlite_schema').get();
      return false;
    } finally {
      db.close();
    }
  } catch (error) {
    return (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false;
  }
}
