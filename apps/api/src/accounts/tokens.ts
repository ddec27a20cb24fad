import { createHash, randomBytes } from 'node:crypto';
import type { MadeToken, NewToken, Token, TokenScope } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { TooManyError } from './delays.ts';
import { roomsOfUser, toRooms, useResolutionMs, type SignedIn } from './sessions.ts';

const dayMs = 86_400_000;
/** More than anybody has programs. */
const tokensMax = 50;
/** By which a token that went astray is known for one, by people and by scanners of code. */
const prefix = 'hearth_';

/** Tokens of programs, which act for their person; kept by their hash. */
export interface Tokens {
  list(userId: number): Token[];
  /** @throws {TooManyError} when there are as many as may be. */
  make(userId: number, wish: Omit<NewToken, 'password'>): MadeToken;
  /** The token's name; undefined where there was none. What it has open ends at once. */
  remove(userId: number, id: number): string | undefined;
  /** For whom the bearer of this acts; null for none of ours, or one that ran out. Counts as use. */
  find(secret: string): SignedIn | null;
  isLive(id: string): boolean;
  whenEnded(id: string, listener: () => void): () => void;
  /** Ends what the tokens of a person have open: whoever comes again is looked at anew. */
  interrupt(userId: number): void;
}

interface Row extends Omit<SignedIn, 'id' | 'token' | 'rooms'> {
  tokenId: number;
  tokenName: string;
  scopes: string;
  rooms: string | null;
  usedAt: number | null;
}

/** The `id` of a {@link SignedIn} by token. */
const idOf = (tokenId: number): string => `token ${tokenId}`;

/** `now` is the wall clock, Unix ms: tokens outlive the process. */
export function openTokens(db: Database, now: () => number): Tokens {
  const columns = 'id, name, scopes, made_at AS madeAt, expires_at AS expiresAt, used_at AS usedAt';
  const selectOf = db.prepare<[number, number], Omit<Token, 'scopes'> & { scopes: string }>(
    `SELECT ${columns} FROM api_token WHERE user = ? AND expires_at > ? ORDER BY id DESC`,
  );
  const select = db.prepare<[string, number], Row>(
    `SELECT api_token.id AS tokenId, api_token.name AS tokenName, scopes, used_at AS usedAt,
       expires_at AS expiresAt, user.id AS userId, user.name AS name, role, ${roomsOfUser} AS rooms
     FROM api_token JOIN user ON user.id = api_token.user WHERE secret_sha256 = ? AND expires_at > ?`,
  );
  const live = db.prepare<[string, number], number>(
    "SELECT 1 FROM api_token WHERE 'token ' || id = ? AND expires_at > ?",
  );
  const insert = db.prepare('INSERT INTO api_token VALUES (NULL, ?, ?, ?, ?, ?, ?, NULL)');
  const removeExpired = db.prepare('DELETE FROM api_token WHERE expires_at <= ?');
  const remove = db
    .prepare<[number, number], string>('DELETE FROM api_token WHERE user = ? AND id = ? RETURNING name')
    .pluck();
  const use = db.prepare('UPDATE api_token SET used_at = ? WHERE id = ?');
  const listeners = new Map<string, Set<() => void>>();

  const list: Tokens['list'] = (userId) =>
    selectOf.all(userId, now()).map(({ id, name, scopes, madeAt, expiresAt, usedAt }) => ({
      id,
      name,
      scopes: JSON.parse(scopes) as TokenScope[],
      madeAt,
      expiresAt,
      usedAt,
    }));
  function interruptOne(id: string): void {
    const told = listeners.get(id);
    listeners.delete(id);
    for (const listener of told ?? []) listener();
  }

  return {
    list,
    make(userId, { name, scopes, days }) {
      removeExpired.run(now());
      if (list(userId).length >= tokensMax) throw new TooManyError(days * 86_400);
      const secret = prefix + randomBytes(32).toString('base64url');
      const until = now() + days * dayMs;
      const made = insert.run(userId, sha256(secret), name.trim(), JSON.stringify(scopes), now(), until);
      return { token: list(userId).find(({ id }) => id === Number(made.lastInsertRowid))!, secret };
    },
    remove(userId, id) {
      const name = remove.get(userId, id);
      if (name !== undefined) interruptOne(idOf(id));
      return name;
    },
    find(secret) {
      if (!secret.startsWith(prefix)) return null;
      const at = now();
      const row = select.get(sha256(secret), at);
      if (!row) return null;
      const { tokenId, tokenName, scopes, rooms, usedAt, userId, name, role, expiresAt } = row;
      if (usedAt === null || Math.abs(at - usedAt) >= useResolutionMs) use.run(at, tokenId);
      const token = { name: tokenName, scopes: JSON.parse(scopes) as TokenScope[] };
      return { id: idOf(tokenId), userId, name, role, rooms: toRooms(rooms), expiresAt, token };
    },
    isLive: (id) => live.get(id, now()) !== undefined,
    whenEnded(id, listener) {
      const set = listeners.get(id) ?? new Set();
      listeners.set(id, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(id);
      };
    },
    interrupt(userId) {
      for (const { id } of list(userId)) interruptOne(idOf(id));
    },
  };
}

function sha256(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
