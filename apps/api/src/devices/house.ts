import { isProbeId, type Device, type DeviceDetail, type DevicePatch, type Room } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import type { Live } from '../live.ts';
import { newEntry, type Entry } from './entry.ts';
import type { Registry } from './registry.ts';
import { NameTakenError, NoSuchRoomError, toRoom, type Rooms } from './rooms.ts';

/** What `add` takes. */
interface Addition {
  id: string;
  name: string;
  roomId?: string | null;
  role: 'device' | 'gateway';
  isDemo: boolean;
  source: Device['source'];
}

/** Devices and rooms as people see and change them; a change is on disk when it returns. */
export interface House {
  list(): Device[];
  get(id: string): Device | undefined;
  /** Whether a new device may have this id: one that was only imported leaves it its readings, and its place. */
  isFree(id: string): boolean;
  detail(id: string): Pick<DeviceDetail, 'device' | 'rejected'> | undefined;
  rooms(): Room[];
  /** @throws {NameTakenError} */
  addRoom(name: string, isDemo?: boolean): Room;
  /** @throws {NameTakenError} when the id is in use. @throws {NoSuchRoomError} */
  add(device: Addition): Device;
  /** The device as it is now; undefined when there is none. @throws {NoSuchRoomError} */
  change(id: string, patch: DevicePatch): Device | undefined;
  /** Forgets devices, what was rejected of them and rooms of the demo that are empty then; not readings. */
  remove(ids: readonly string[]): void;
  demoIds(): string[];
  gatewayIds(): string[];
}

/** The part of the devices that people use. */
export function createHouse(parts: {
  db: Database;
  registry: Registry;
  rooms: Rooms;
  entries: Map<string, Entry>;
  live: Live;
  now: () => number;
  /** A device as the world sees it. */
  show: (entry: Entry) => Device;
}): House {
  const { db, registry, rooms, entries, live, now, show } = parts;

  const save = (entry: Entry): Device => {
    registry.save(entry, now());
    entries.set(entry.id, entry);
    const device = show(entry);
    live.publish('device', device);
    live.publish('rooms', {});
    return device;
  };
  const checkRoom = (roomId: string | null | undefined): void => {
    if (typeof roomId === 'string' && !rooms.has(roomId))
      throw new NoSuchRoomError(`there is no room "${roomId}"`);
  };
  const get = (id: string): Device | undefined => {
    const entry = entries.get(id);
    return entry && show(entry);
  };
  const isFree = (id: string): boolean =>
    !isProbeId(id) && (entries.get(id)?.source ?? 'import') === 'import';
  const idsOf = (isMeant: (entry: Entry) => boolean): string[] =>
    [...entries.values()].filter(isMeant).map((entry) => entry.id);

  return {
    list: () => [...entries.values()].map(show),
    get,
    isFree,
    detail(id) {
      const device = get(id);
      return device && { device, rejected: registry.quarantine.list(id) };
    },
    rooms: () => rooms.list().map((row) => toRoom(row, [...entries.values()])),
    addRoom(name, isDemo = false) {
      const row = rooms.add(name, isDemo);
      live.publish('rooms', {});
      return toRoom(row, []);
    },
    add({ id, name, roomId, role, isDemo, source }) {
      if (!isFree(id) || (source === 'import' && entries.has(id)))
        throw new NameTakenError(`there is a device "${id}" already`);
      checkRoom(roomId);
      const { latest = {}, roomId: former = null } = entries.get(id) ?? {};
      const place = { roomId: roomId ?? former, isRoomChosen: typeof (roomId ?? former) === 'string' };
      return save({ ...newEntry(id, name, source), ...place, role, isDemo, latest });
    },
    change(id, patch) {
      const entry = entries.get(id);
      if (!entry) return undefined;
      checkRoom(patch.roomId);
      return save({ ...entry, ...patch, ...(patch.roomId !== undefined && { isRoomChosen: true }) });
    },
    remove(ids) {
      db.transaction(() => {
        for (const id of ids) registry.remove(id);
        rooms.removeEmptyDemoRooms();
      })();
      for (const id of ids) entries.delete(id);
      live.publish('removed', { deviceIds: [...ids] });
      live.publish('rooms', {});
    },
    demoIds: () => idsOf((entry) => entry.isDemo),
    gatewayIds: () => idsOf((entry) => entry.role === 'gateway'),
  };
}
