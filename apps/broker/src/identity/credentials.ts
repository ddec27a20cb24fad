import {
  formerSecretMaxMs,
  type ControlRequest,
  type Credential,
  type CredentialsCopy,
} from '@hearth/contract';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { keepCopy } from './credentials-copy.ts';
import { openCredentialsFile } from './credentials-schema.ts';

/** A credential as it is kept. With a next secret there is the instant (Unix ms) at which the former ends. */
export type KeptCredential = Credential & { nextSha256?: string; formerUntil?: number };

/** A credential that holds no more. `isGone`: no other with its id, home and role took its place. */
export interface Ended {
  number: number;
  id: string;
  role: Credential['role'];
  home: string;
  isGone: boolean;
}

/** What to change, in this order, all or nothing. An id in `revoke` and `add` is replaced. */
interface Change extends Pick<ControlRequest, 'revoke' | 'add' | 'rotate'> {
  /** Fingerprints of certificates just signed. */
  certified?: readonly { id: string; certificateSha256: string }[];
}

/** A change names a credential that is not there. */
export class NoSuchCredentialError extends Error {
  override readonly name = 'NoSuchCredentialError';
  readonly code = 'no-such-credential';
}

/** Who may connect, on disk: each change is when its call returns. */
export interface Credentials extends Disposable {
  get(id: string): KeptCredential | undefined;
  /** By id. */
  list(): KeptCredential[];
  /** Gives what the change ended. @throws {NoSuchCredentialError} and changes nothing. */
  change(change: Change): Ended[];
  /** What changes ended and nobody has called settled yet, also before a restart. */
  unsettled(): Ended[];
  /** The sessions of these have been forgotten on disk. */
  settle(ended: readonly Ended[]): void;
  /** The next secret was used: from now on it is the only one. */
  promote(id: string): void;
  /** The same for every credential whose former secret has run out; gives their ids. */
  promoteOverdue(now: number): string[];
  /** Writes all of it to a file beside its own, for a backup. @throws the system's error */
  copy(): Promise<CredentialsCopy>;
}

interface Row {
  id: string;
  role: Credential['role'];
  home: string;
  topics: string;
  secret_sha256: string | null;
  next_sha256: string | null;
  former_until: number | null;
  certificate_sha256: string | null;
}

/** How long a start waits for a command line that has just changed a credential. */
const waitDefaultMs = 1000;

/**
 * Opens `<folder>/credentials.db`, locked for this process: two brokers on one folder would each know half.
 * `now` is the wall clock, Unix ms.
 * @throws {DatabaseBusyError} when another process has it. @throws {StartError} when it is of a newer Hearth.
 */
export function openCredentials(folder: string, now = Date.now, waitMs = waitDefaultMs): Credentials {
  const db = openCredentialsFile(join(folder, 'credentials.db'), waitMs);
  const rows = createRows(db);
  const insertEnded = db.prepare('INSERT INTO ended (id, role, home, is_gone) VALUES (?, ?, ?, ?)');
  const selectEnded = db.prepare<[], Omit<Ended, 'isGone'> & { is_gone: 0 | 1 }>(
    'SELECT * FROM ended ORDER BY number',
  );
  const deleteEnded = db.prepare<[number]>('DELETE FROM ended WHERE number = ?');

  const need = (id: string): KeptCredential => {
    const credential = rows.get(id);
    if (!credential) throw new NoSuchCredentialError(`There is no credential "${id}".`);
    return credential;
  };
  const end = ({ id, role, home }: KeptCredential, isGone: boolean): Ended => {
    const { lastInsertRowid } = insertEnded.run(id, role, home, Number(isGone));
    return { number: Number(lastInsertRowid), id, role, home, isGone };
  };
  const change = db.transaction(({ revoke = [], add = [], rotate = [], certified = [] }: Change): Ended[] => {
    const before = new Map<string, KeptCredential>();
    for (const id of [...revoke, ...add.map((credential) => credential.id)]) {
      const credential = rows.get(id);
      if (credential) before.set(id, credential);
    }
    for (const id of revoke) rows.remove(id);
    for (const credential of add) rows.put(credential);
    for (const { id, secretSha256 } of rotate) {
      const { secretSha256: present, ...credential } = need(id);
      // Without a secret so far there is none to wait for.
      if (present === undefined) rows.put({ ...credential, secretSha256 });
      else
        rows.put({
          ...credential,
          secretSha256: present,
          nextSha256: secretSha256,
          formerUntil: now() + formerSecretMaxMs,
        });
    }
    for (const { id, certificateSha256 } of certified) rows.put({ ...need(id), certificateSha256 });
    return [...before].flatMap(([id, former]) => {
      const after = rows.get(id);
      if (isDeepStrictEqual(after, former)) return [];
      return [end(former, after?.home !== former.home || after.role !== former.role)];
    });
  });
  const promote = (id: string): void => {
    const { nextSha256, formerUntil: _, ...credential } = need(id);
    if (nextSha256 !== undefined) rows.put({ ...credential, secretSha256: nextSha256 });
  };

  return {
    get: (id) => rows.get(id),
    list: () => rows.list(),
    change,
    unsettled: () =>
      selectEnded
        .all()
        .map(({ number, id, role, home, is_gone }) => ({ number, id, role, home, isGone: is_gone === 1 })),
    settle: db.transaction((ended: readonly Ended[]) => {
      for (const { number } of ended) deleteEnded.run(number);
    }),
    promote,
    promoteOverdue: db.transaction((at: number): string[] => {
      const ids = rows.overdue(at);
      for (const id of ids) promote(id);
      return ids;
    }),
    // As an image in memory: SQLite would sync a copy on this thread.
    copy: () => keepCopy(folder, db.serialize()),
    [Symbol.dispose]: () => void db.close(),
  };
}

function createRows(db: ReturnType<typeof openCredentialsFile>) {
  const select = db.prepare<[string], Row>('SELECT * FROM credential WHERE id = ?');
  const selectAll = db.prepare<[], Row>('SELECT * FROM credential ORDER BY id');
  const selectOverdue = db
    .prepare<[number], string>('SELECT id FROM credential WHERE former_until <= ?')
    .pluck();
  const remove = db.prepare<[string]>('DELETE FROM credential WHERE id = ?');
  const put = db.prepare<[Row]>(
    `INSERT OR REPLACE INTO credential
     VALUES (@id, @role, @home, @topics, @secret_sha256, @next_sha256, @former_until, @certificate_sha256)`,
  );
  return {
    get(id: string): KeptCredential | undefined {
      const row = select.get(id);
      return row && fromRow(row);
    },
    list: (): KeptCredential[] => selectAll.all().map(fromRow),
    overdue: (at: number): string[] => selectOverdue.all(at),
    remove: (id: string) => void remove.run(id),
    put: (credential: KeptCredential) => void put.run(toRow(credential)),
  };
}

function toRow(credential: KeptCredential): Row {
  const { id, role, home, topics = [] } = credential;
  return {
    id,
    role,
    home,
    topics: JSON.stringify(topics),
    secret_sha256: credential.secretSha256 ?? null,
    next_sha256: credential.nextSha256 ?? null,
    former_until: credential.formerUntil ?? null,
    certificate_sha256: credential.certificateSha256 ?? null,
  };
}

function fromRow(row: Row): KeptCredential {
  const topics = JSON.parse(row.topics) as string[];
  return {
    id: row.id,
    role: row.role,
    home: row.home,
    ...(topics.length > 0 && { topics }),
    ...(row.secret_sha256 !== null && { secretSha256: row.secret_sha256 }),
    ...(row.next_sha256 !== null && { nextSha256: row.next_sha256 }),
    ...(row.former_until !== null && { formerUntil: row.former_until }),
    ...(row.certificate_sha256 !== null && { certificateSha256: row.certificate_sha256 }),
  };
}
