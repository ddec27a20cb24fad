import type { Credential } from '@hearth/contract';
import { StartError } from '@hearth/part';
import Database from 'better-sqlite3';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';

const schema = `
  CREATE TABLE credential (
    id TEXT PRIMARY KEY, role TEXT NOT NULL, home TEXT NOT NULL, secret_sha256 TEXT NOT NULL,
    topics TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = 1;
`;

interface Row {
  id: string;
  role: Credential['role'];
  home: string;
  secret_sha256: string;
  topics: string;
}

/** Credentials that no longer hold after a change: taken away, or replaced by others. */
export interface Ended {
  revoked: Credential[];
  replaced: { before: Credential; after: Credential }[];
}

/** Who may connect, on disk. */
export interface Credentials extends Disposable {
  get(id: string): Credential | undefined;
  /** Revokes, then adds, all or nothing; on disk when it returns. An id in both is replaced. */
  change(add: readonly Credential[], revoke: readonly string[]): Ended;
}

/**
 * Opens `<folder>/credentials.db`, locked for this process: two brokers on one folder would each know half.
 * @throws {StartError} when another broker has it or a newer Hearth wrote it.
 */
export function openCredentials(folder: string): Credentials {
  const path = join(folder, 'credentials.db');
  const db = open(path);
  const select = db.prepare<[string], Row>('SELECT * FROM credential WHERE id = ?');
  const remove = db.prepare('DELETE FROM credential WHERE id = ?');
  const put = db.prepare('INSERT OR REPLACE INTO credential VALUES (?, ?, ?, ?, ?)');

  const get = (id: string): Credential | undefined => {
    const row = select.get(id);
    return row && fromRow(row);
  };
  const change = db.transaction((add: readonly Credential[], revoke: readonly string[]): Ended => {
    const before = new Map<string, Credential>();
    for (const id of [...revoke, ...add.map((credential) => credential.id)]) {
      const credential = get(id);
      if (credential) before.set(id, credential);
    }
    for (const id of revoke) remove.run(id);
    for (const { id, role, home, secretSha256, topics = [] } of add)
      put.run(id, role, home, secretSha256, JSON.stringify(topics));
    const ended: Ended = { revoked: [], replaced: [] };
    for (const [id, credential] of before) {
      const after = get(id);
      if (!after) ended.revoked.push(credential);
      else if (!isDeepStrictEqual(after, credential)) ended.replaced.push({ before: credential, after });
    }
    return ended;
  });
  return { get, change, [Symbol.dispose]: () => void db.close() };
}

function open(path: string): Database.Database {
  const db = new Database(path, { timeout: 1000 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    const journalMode = db.pragma('journal_mode = WAL', { simple: true });
    db.pragma('synchronous = FULL');
    // In WAL the library's own default is NORMAL, which forgets commits in a power cut.
    if (journalMode !== 'wal' || db.pragma('synchronous', { simple: true }) !== 2)
      throw new Error(`${path} does not keep commits through a power cut`);
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > 1) throw new StartError(`${path} was written by a newer Hearth: install that one`);
    if (version === 0) db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
    return db;
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY')
      throw new StartError(`another broker uses ${path}: stop it, or set HEARTH_DATA_DIR to another folder`);
    throw error;
  }
}

function fromRow(row: Row): Credential {
  const topics = JSON.parse(row.topics) as string[];
  const credential: Credential = {
    id: row.id,
    role: row.role,
    home: row.home,
    secretSha256: row.secret_sha256,
  };
  return topics.length > 0 ? { ...credential, topics } : credential;
}
