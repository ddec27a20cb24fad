import { createHash, randomBytes } from 'node:crypto';
import type { Invitation, MadeInvitation, Standing } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { TooManyError } from './delays.ts';
import { toRooms } from './sessions.ts';

/** Long enough for somebody who reads messages at the weekend, short enough for a link that went astray. */
const invitationMs = 48 * 3_600_000;
/** Open ones at once: more than any household has guests. */
const openMax = 50;

/** A link that is used up, withdrawn, has run out, or never was. */
class InvitationGoneError extends Error {
  override readonly name = 'InvitationGoneError';
  readonly code = 'not-found';
}

/** Invitations by a link that holds once; kept by the hash of its token. */
export interface Invitations {
  list(): Invitation[];
  /** @throws {TooManyError} when as many are open as may be. */
  make(standing: Standing, madeBy: string): MadeInvitation;
  /** Whether there was one. */
  withdraw(id: number): boolean;
  /** @throws {InvitationGoneError} */
  find(token: string): Invitation;
  /** Uses it up, within the caller's transaction. @throws {InvitationGoneError} */
  use(token: string): Invitation;
}

type Row = Omit<Invitation, 'rooms'> & { rooms: string | null };

/** `now` is the wall clock, Unix ms. */
export function openInvitations(db: Database, now: () => number): Invitations {
  const columns = 'id, role, rooms, made_by AS madeBy, expires_at AS expiresAt';
  const select = db.prepare<[number], Row>(
    `SELECT ${columns} FROM invitation WHERE expires_at > ? ORDER BY id DESC`,
  );
  const selectOne = db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM invitation WHERE token_sha256 = ? AND expires_at > ?`,
  );
  const insert = db.prepare(
    'INSERT INTO invitation (token_sha256, role, rooms, made_by, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM invitation WHERE id = ?');
  const removeExpired = db.prepare('DELETE FROM invitation WHERE expires_at <= ?');
  const toInvitation = (row: Row): Invitation => ({ ...row, rooms: toRooms(row.rooms) });
  const list = (): Invitation[] => select.all(now()).map(toInvitation);

  function find(token: string): Invitation {
    const row = selectOne.get(sha256(token), now());
    if (!row)
      throw new InvitationGoneError('This link was used, withdrawn or has run out. Ask for a new one.');
    return toInvitation(row);
  }

  return {
    list,
    make({ role, rooms }, madeBy) {
      removeExpired.run(now());
      if (list().length >= openMax) throw new TooManyError(invitationMs / 1000);
      const token = randomBytes(16).toString('base64url');
      const kept = role === 'owner' ? null : rooms;
      insert.run(sha256(token), role, kept && JSON.stringify(kept), madeBy, now() + invitationMs);
      return { invitation: find(token), token };
    },
    withdraw: (id) => remove.run(id).changes > 0,
    find,
    use(token) {
      const invitation = find(token);
      remove.run(invitation.id);
      return invitation;
    },
  };
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
