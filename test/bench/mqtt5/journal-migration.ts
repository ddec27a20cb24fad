import { copyFileSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * What the broker's journal would need to keep properties beside the payload instead of before it: the properties as
 * MQTT 5 writes them, the instant of a message's end to be found by it, a session's interval and end, and the options of
 * a subscription. No row is written anew.
 */
const migration = `
  BEGIN IMMEDIATE;
  ALTER TABLE queued ADD COLUMN properties BLOB;
  ALTER TABLE queued ADD COLUMN expires_at INTEGER;
  ALTER TABLE retained ADD COLUMN properties BLOB;
  ALTER TABLE retained ADD COLUMN expires_at INTEGER;
  ALTER TABLE will ADD COLUMN properties BLOB;
  ALTER TABLE will ADD COLUMN delay_s INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE session ADD COLUMN expiry_s INTEGER NOT NULL DEFAULT 4294967295;
  ALTER TABLE session ADD COLUMN ends_at INTEGER;
  ALTER TABLE subscription ADD COLUMN options INTEGER NOT NULL DEFAULT 0;
  PRAGMA user_version = 2;
  COMMIT;
`;

/** Bytes of the properties that the load sends, its instant apart. */
const propertiesBytes = 94;

/**
 * Does it to a copy of a journal that the broker has left.
 * @returns how long it takes, ms, and the file's size in bytes with each queued message as it was, and with properties.
 */
export function migrateCopy(journal: string): { tookMs: number; plainBytes: number; fullBytes: number } {
  const path = `${journal}-migrated`;
  copyFileSync(journal, path);
  try {
    using db = new DatabaseSync(path);
    db.exec('PRAGMA synchronous = FULL');
    const startedAt = performance.now();
    db.exec(migration);
    const tookMs = performance.now() - startedAt;
    const size = (): number => {
      db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);');
      return statSync(path).size;
    };
    const plainBytes = size();
    db.exec(`UPDATE queued SET properties = zeroblob(${propertiesBytes}), expires_at = 1795363200123`);
    return { tookMs, plainBytes, fullBytes: size() };
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  }
}
