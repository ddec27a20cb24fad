import type { Person, Standing, VisibleRooms } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import type { Tokens } from './tokens.ts';
import { roomsOfUser, toRooms, type Sessions } from './sessions.ts';

/** There would be nobody left who may do all. */
class LastOwnerError extends Error {
  override readonly name = 'LastOwnerError';
  readonly code = 'last-owner';
}

/** A room that somebody is to see and that is not there. */
class UnknownRoomError extends Error {
  override readonly name = 'UnknownRoomError';
  readonly code = 'not-found';
}

/** Who is in the home, and what they may do and see. */
export interface People {
  list(): Person[];
  /** Adds somebody; a transaction is the caller's. @throws {UnknownRoomError} */
  add(name: string, hash: string, standing: Standing, at: number): number;
  isTaken(name: string): boolean;
  /** Their sessions end: they sign in as what they are then. @throws {LastOwnerError} @throws {UnknownRoomError} */
  change(id: number, standing: Standing): Person | undefined;
  /** Whether there was one. Their sessions end at once. @throws {LastOwnerError} */
  remove(id: number): boolean;
  /** @throws {UnknownRoomError} for a room that is not there. */
  checkRooms(rooms: VisibleRooms): void;
}

type Row = Omit<Person, 'rooms'> & { rooms: string | null };

export function openPeople(db: Database, sessions: Sessions, tokens: Tokens): People {
  const columns = `id, name, role, ${roomsOfUser} AS rooms, created_at AS since,
    (SELECT max(used_at) FROM session WHERE session.user = user.id) AS lastSeenAt`;
  const select = db.prepare<[], Row>(`SELECT ${columns} FROM user ORDER BY id`);
  const selectOne = db.prepare<[number], Row>(`SELECT ${columns} FROM user WHERE id = ?`);
  const named = db.prepare<[string], number>('SELECT id FROM user WHERE name = ?').pluck();
  const insert = db.prepare(
    'INSERT INTO user (name, password_hash, role, is_limited, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  const update = db.prepare('UPDATE user SET role = ?, is_limited = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM user WHERE id = ?');
  const forgetRooms = db.prepare('DELETE FROM user_room WHERE user = ?');
  const addRoom = db.prepare('INSERT INTO user_room (user, room) VALUES (?, ?)');
  const hasRoom = db.prepare<[string], number>('SELECT 1 FROM room WHERE id = ?').pluck();
  const otherOwners = db
    .prepare<[number], number>("SELECT count(*) FROM user WHERE role = 'owner' AND id <> ?")
    .pluck();

  const toPerson = (row: Row): Person => ({ ...row, rooms: toRooms(row.rooms) });
  /** An owner sees all rooms, whatever is said. */
  const roomsOf = ({ role, rooms }: Standing): VisibleRooms => (role === 'owner' ? null : rooms);

  function checkRooms(rooms: VisibleRooms): void {
    const unknown = rooms?.find((room) => hasRoom.get(room) === undefined);
    if (unknown !== undefined) throw new UnknownRoomError(`There is no room "${unknown}".`);
  }
  function setRooms(id: number, rooms: VisibleRooms): void {
    forgetRooms.run(id);
    for (const room of rooms ?? []) addRoom.run(id, room);
  }
  function keepAnOwner(id: number): void {
    if (selectOne.get(id)?.role === 'owner' && otherOwners.get(id) === 0)
      throw new LastOwnerError('Make somebody else an owner first.');
  }

  const changeAll = db.transaction((id: number, standing: Standing): boolean => {
    checkRooms(standing.rooms);
    if (standing.role !== 'owner') keepAnOwner(id);
    const rooms = roomsOf(standing);
    if (update.run(standing.role, Number(rooms !== null), id).changes === 0) return false;
    setRooms(id, rooms);
    return true;
  });
  const removeOne = db.transaction((id: number): boolean => {
    keepAnOwner(id);
    tokens.interrupt(id);
    return remove.run(id).changes > 0;
  });

  return {
    list: () => select.all().map(toPerson),
    add(name, hash, standing, at) {
      const rooms = roomsOf(standing);
      const made = insert.run(name, hash, standing.role, Number(rooms !== null), at);
      const id = Number(made.lastInsertRowid);
      // A room may have gone since the invitation: it is not seen then.
      setRooms(id, rooms && rooms.filter((room) => hasRoom.get(room) !== undefined));
      return id;
    },
    isTaken: (name) => named.get(name) !== undefined,
    change(id, standing) {
      if (!changeAll(id, standing)) return undefined;
      sessions.endAllOf(id);
      tokens.interrupt(id);
      return toPerson(selectOne.get(id)!);
    },
    remove(id) {
      const open = sessions.idsOf(id);
      if (!removeOne(id)) return false;
      for (const session of open) sessions.end(session);
      return true;
    },
    checkRooms,
  };
}
