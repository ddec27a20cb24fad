import { createHash, randomBytes } from 'node:crypto';
import type { OwnSession, Role, TokenScope } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { deviceWords } from './device-words.ts';

/** A signed-in person. `id` is the SHA-256 of the cookie's token, hex. */
export interface SignedIn {
  readonly id: string;
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
  /** The rooms that this person sees; null: all, and what is in none. */
  readonly rooms: readonly string[] | null;
  /** When the session ends if it is not used again. Unix ms. */
  readonly expiresAt: number;
  /** Where a program acts for the person: `id` is then no session's. */
  readonly token?: { readonly name: string; readonly scopes: readonly TokenScope[] };
}

/** Where somebody signs in from: the browser's User-Agent, and the network address. */
export interface Place {
  agent: string;
  address: string;
}

/** Sessions, kept in hearth.db by the hash of their token: the file alone lets nobody in. */
export interface Sessions {
  start(userId: number, from?: Place): { token: string; session: SignedIn };
  /** The session of a cookie's token; null when there is none or it has run out. Counts as use. */
  find(token: string): SignedIn | null;
  isLive(id: string): boolean;
  end(id: string): void;
  idsOf(userId: number): string[];
  endAllOf(userId: number, but?: string): void;
  /** A person's sessions, the newest use first; `here` is the one that asks. */
  list(userId: number, here: string): OwnSession[];
  /** Calls `listener` once when this session is ended; returns the way to stop listening. */
  whenEnded(id: string, listener: () => void): () => void;
}

const dayMs = 86_400_000;
/** A session ends 14 days after its last use and 90 days after its start, whichever is first. */
export const sessionIdleMs = 14 * dayMs;
export const sessionMaxMs = 90 * dayMs;
/** Uses within this time are written once: a commit for every request would wear the disk. */
export const useResolutionMs = 600_000;

/** Enough of a User-Agent to tell what it is. */
const agentMaxLength = 300;
const nowhere: Place = { agent: '', address: '' };

/** The rooms of a `user` as JSON; NULL for who sees all. */
export const roomsOfUser = `CASE WHEN is_limited THEN
  (SELECT json_group_array(room) FROM user_room WHERE user_room.user = user.id) END`;

/** What {@link roomsOfUser} gives. */
export const toRooms = (json: string | null): string[] | null =>
  json === null ? null : (JSON.parse(json) as string[]);

interface Row {
  id: string;
  userId: number;
  name: string;
  role: Role;
  rooms: string | null;
  usedAt: number;
  endsAt: number;
}

/** `now` is the wall clock, Unix ms: sessions outlive the process. */
export function openSessions(db: Database, now: () => number): Sessions {
  const select = db.prepare<[string], Row>(
    `SELECT token_sha256 AS id, user.id AS userId, name, role, ${roomsOfUser} AS rooms, used_at AS usedAt,
       expires_at AS endsAt
     FROM session JOIN user ON user.id = session.user WHERE token_sha256 = ?`,
  );
  const insert = db.prepare(
    `INSERT INTO session (token_sha256, user, created_at, used_at, expires_at, agent, address)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const use = db.prepare('UPDATE session SET used_at = ? WHERE token_sha256 = ?');
  const remove = db.prepare('DELETE FROM session WHERE token_sha256 = ?');
  const removeExpired = db.prepare('DELETE FROM session WHERE expires_at <= ? OR used_at <= ?');
  const selectOf = db.prepare<
    [number],
    Omit<OwnSession, 'isThis' | 'device'> & { agent: string; endsAt: number }
  >(
    `SELECT token_sha256 AS id, agent, address, created_at AS startedAt, used_at AS lastSeenAt,
       expires_at AS endsAt
     FROM session WHERE user = ? ORDER BY used_at DESC, rowid DESC`,
  );
  const listeners = new Map<string, Set<() => void>>();

  function asSession(row: Row | undefined): SignedIn | null {
    if (!row) return null;
    const expiresAt = Math.min(row.endsAt, row.usedAt + sessionIdleMs);
    if (expiresAt <= now()) return null;
    const { id, userId, name, role } = row;
    return { id, userId, name, role, rooms: toRooms(row.rooms), expiresAt };
  }

  const idsOf = (userId: number): string[] => selectOf.all(userId).map(({ id }) => id);
  function end(id: string): void {
    remove.run(id);
    const told = listeners.get(id);
    listeners.delete(id);
    for (const listener of told ?? []) listener();
  }

  return {
    start(userId, { agent, address } = nowhere) {
      const token = randomBytes(32).toString('base64url');
      const id = sha256(token);
      const at = now();
      removeExpired.run(at, at - sessionIdleMs);
      insert.run(id, userId, at, at, at + sessionMaxMs, agent.slice(0, agentMaxLength), address);
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
    end,
    idsOf,
    endAllOf(userId, but) {
      for (const id of idsOf(userId)) if (id !== but) end(id);
    },
    list: (userId, here) =>
      selectOf
        .all(userId)
        .filter(({ endsAt, lastSeenAt }) => Math.min(endsAt, lastSeenAt + sessionIdleMs) > now())
        .map(({ id, agent, address, startedAt, lastSeenAt }) => ({
          id,
          isThis: id === here,
          device: deviceWords(agent),
          address,
          startedAt,
          lastSeenAt,
        })),
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
