import { createHash, randomBytes } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** A signed-in person. `id` is the SHA-256 of the cookie's token, hex. */
export interface SignedIn {
  readonly id: string;
  readonly name: string;
  readonly role: 'owner';
  /** When the session ends if it is not used again. Unix ms. */
  readonly expiresAt: number;
}

/** Sessions, kept in hearth.db by the hash of their token: the file alone lets nobody in. */
export interface Sessions {
  start(userId: number): { token: string; session: SignedIn };
  /** The session of a cookie's token; null when there is none or it has run out. Counts as use. */
  find(token: string): SignedIn | null;
  isLive(id: string): boolean;
  end(id: string): void;
  /** Calls `listener` once when this session is ended; returns the way to stop listening. */
  whenEnded(id: string, listener: () => void): () => void;
}

const dayMs = 86_400_000;
/** A session ends 14 days after its last use and 90 days after its start, whichever is first. */
export const sessionIdleMs = 14 * dayMs;
export const sessionMaxMs = 90 * dayMs;
/** Uses within this time are written once: a commit for every request would wear the disk. */
const useResolutionMs = 600_000;

interface Row {
  id: string;
  name: string;
  role: 'owner';
  usedAt: number;
  endsAt: number;
}

/** `now` is the wall clock, Unix ms: sessions outlive the process. */
export function openSessions(db: Database, now: () => number): Sessions {
  const select = db.prepare<[string], Row>(
    `SELECT token_sha256 AS id, name, role, used_at AS usedAt, expires_at AS endsAt
     FROM session JOIN user ON user.id = session.user WHERE token_sha256 = ?`,
  );
  const insert = db.prepare(
    'INSERT INTO session (token_sha256, user, created_at, used_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const use = db.prepare('UPDATE session SET used_at = ? WHERE token_sha256 = ?');
  const remove = db.prepare('DELETE FROM session WHERE token_sha256 = ?');
  const removeExpired = db.prepare('DELETE FROM session WHERE expires_at <= ? OR used_at <= ?');
  const listeners = new Map<string, Set<() => void>>();

  function asSession(row: Row | undefined): SignedIn | null {
    if (!row) return null;
    const expiresAt = Math.min(row.endsAt, row.usedAt + sessionIdleMs);
    return expiresAt > now() ? { id: row.id, name: row.name, role: row.role, expiresAt } : null;
  }

  return {
    start(userId) {
      const token = randomBytes(32).toString('base64url');
      const id = sha256(token);
      const at = now();
      removeExpired.run(at, at - sessionIdleMs);
      insert.run(id, userId, at, at, at + sessionMaxMs);
      return { token, session: asSession(select.get(id))! };
    },
    find(token) {
      const row = select.get(sha256(token));
      const session = asSession(row);
      const at = now();
      if (!row || !session || Math.abs(at - row.usedAt) < useResolutionMs) return session;
      use.run(at, row.id);
      return asSession({ ...row, usedAt: at });
    },
    isLive: (id) => asSession(select.get(id)) !== null,
    end(id) {
      remove.run(id);
      const told = listeners.get(id);
      listeners.delete(id);
      for (const listener of told ?? []) listener();
    },
    whenEnded(id, listener) {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(id);
      };
    },
  };
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
