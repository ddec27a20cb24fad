import type { Room } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import type { Entry } from './entry.ts';
import { freeId, slugOf } from './slug.ts';

interface RoomRow {
  id: string;
  name: string;
  is_demo: 0 | 1;
}

/** A name or id that is in use already. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
  readonly code = 'already-there';
}

/** A room id that names no room. */
export class NoSuchRoomError extends Error {
  override readonly name = 'NoSuchRoomError';
  readonly code = 'not-found';
}

/** The rooms in the order they were made; every change is on disk on return. */
export function openRooms(db: Database) {
  const select = db.prepare<[], RoomRow>('SELECT id, name, is_demo FROM room ORDER BY position, id');
  const insert = db.prepare(
    `INSERT INTO room (id, name, is_demo, position)
     VALUES (@id, @name, @isDemo, (SELECT coalesce(max(position), 0) + 1 FROM room))`,
  );
  const removeEmptyDemo = db.prepare(
    'DELETE FROM room WHERE is_demo = 1 AND id NOT IN (SELECT room FROM device WHERE room IS NOT NULL)',
  );
  let rows = select.all();

  const named = (name: string): RoomRow | undefined =>
    rows.find((row) => row.name.toLowerCase() === name.toLowerCase());

  function add(name: string, isDemo: boolean): RoomRow {
    if (named(name)) throw new NameTakenError(`there is a room "${name}" already`);
    const id = freeId(slugOf(name, 34) || 'room', new Set(rows.map((row) => row.id)));
    insert.run({ id, name, isDemo: Number(isDemo) });
    rows = select.all();
    return rows.find((row) => row.id === id)!;
  }

  return {
    list: (): readonly RoomRow[] => rows,
    has: (id: string): boolean => rows.some((row) => row.id === id),
    /** Reads the rooms anew, after a transaction around several changes was rolled back. */
    reload(): void {
      rows = select.all();
    },
    /** @throws {NameTakenError} when a room has this name, in whatever case. */
    add,
    /** The id of the room with this name, made when it is missing. */
    ensure(name: string, isDemo: boolean): string {
      return (named(name) ?? add(name, isDemo)).id;
    },
    /** Removes the rooms of the demo home that have no device left. */
    removeEmptyDemoRooms(): void {
      removeEmptyDemo.run();
      rows = select.all();
    },
  };
}
export type Rooms = ReturnType<typeof openRooms>;

/**
 * Which device gives each figure of a room: a thermostat's temperature before a sensor's (a heater's own
 * probe sits on the heater), the setpoint that can be set before one that can only be read.
 */
export function toRoom(row: { id: string; name: string }, entries: readonly Entry[]): Room {
  const inRoom = entries.filter((entry) => entry.roomId === row.id);
  const kindOf = (entry: Entry) => entry.about?.kind;
  const having = (quantity: 'temperature' | 'setpoint' | 'heating') =>
    inRoom.filter((entry) => entry.about?.quantities[quantity] ?? entry.latest[quantity]);
  const temperature = having('temperature');
  const setpoint = having('setpoint');
  const heating = having('heating');
  return {
    id: row.id,
    name: row.name,
    temperatureFrom:
      (
        temperature.find((entry) => kindOf(entry) === 'thermostat') ??
        temperature.find((entry) => kindOf(entry) !== 'heater')
      )?.id ?? null,
    setpointFrom: (setpoint.find((entry) => entry.about?.commands.set?.setpoint) ?? setpoint[0])?.id ?? null,
    heatingFrom: [
      ...heating.filter((entry) => kindOf(entry) === 'heater'),
      ...heating.filter((entry) => kindOf(entry) !== 'heater'),
    ].map((entry) => entry.id),
    deviceIds: inRoom.map((entry) => entry.id),
  };
}
