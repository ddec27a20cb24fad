import { createHash, randomBytes } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** Browsers that are remembered of one person; the one that was not used for longest goes first. */
const keptMax = 20;

/**
 * Browsers in which somebody signed in before. Guesses from elsewhere slow down whoever guesses, and not them.
 * @see OWASP, Slow Down Online Guessing Attacks with Device Cookies
 */
export interface KnownBrowsers {
  /** A name for this browser's own delays; null where this person never signed in by it. */
  keyOf(token: string | undefined, userId: number | undefined): string | null;
  /** Notes that this person signed in by it; returns the token for its cookie, a new one if need be. */
  remember(token: string | undefined, userId: number): string;
}

/** `now` is the wall clock, Unix ms. */
export function openKnownBrowsers(db: Database, now: () => number): KnownBrowsers {
  const select = db
    .prepare<[string, number], number>('SELECT 1 FROM known_browser WHERE token_sha256 = ? AND user = ?')
    .pluck();
  const upsert = db.prepare(
    `INSERT INTO known_browser (token_sha256, user, used_at) VALUES (?, ?, ?)
     ON CONFLICT (token_sha256) DO UPDATE SET used_at = excluded.used_at`,
  );
  const prune = db.prepare(
    `DELETE FROM known_browser WHERE user = @user AND token_sha256 NOT IN
       (SELECT token_sha256 FROM known_browser WHERE user = @user ORDER BY used_at DESC LIMIT ${keptMax})`,
  );
  const keyOf: KnownBrowsers['keyOf'] = (token, userId) => {
    if (token === undefined || userId === undefined) return null;
    const hash = createHash('sha256').update(token).digest('hex');
    return select.get(hash, userId) === undefined ? null : hash;
  };
  return {
    keyOf,
    remember(token, userId) {
      // A browser that somebody else signed in by gets a token of its own for this person.
      const kept = keyOf(token, userId) === null ? randomBytes(32).toString('base64url') : token!;
      upsert.run(createHash('sha256').update(kept).digest('hex'), userId, now());
      prune.run({ user: userId });
      return kept;
    },
  };
}
