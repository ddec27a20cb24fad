import type { About } from '@hearth/contract';
import type { LatestReading } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import { toLatest, type Entry } from './entry.ts';
import { openQuarantine } from './quarantine.ts';

interface DeviceRow {
  id: string;
  name: string;
  room: string | null;
  is_room_chosen: 0 | 1;
  source: Entry['source'];
  role: Entry['role'];
  is_demo: 0 | 1;
  about: string | null;
  boot: number | null;
  conn: number | null;
  is_online: 0 | 1 | null;
  online_since: number | null;
  offline_since: number | null;
  last_message_at: number | null;
  rejected: number;
}

/** The tables of devices, and what is in quarantine of their messages. */
export function openRegistry(db: Database) {
  // In the order of their adding, as the live view has them: two of one millisecond too.
  const select = db.prepare<[], DeviceRow>('SELECT * FROM device ORDER BY rowid');
  const upsert = db.prepare(
    `INSERT INTO device (id, name, room, is_room_chosen, source, role, is_demo, about, boot, conn, is_online,
                         online_since, offline_since, last_message_at, rejected, added_at)
     VALUES (@id, @name, @roomId, @isRoomChosen, @source, @role, @isDemo, @about, @boot, @conn, @isOnline,
             @onlineSince, @offlineSince, @lastMessageAt, @rejected, @now)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, room = excluded.room, source = excluded.source,
       role = excluded.role, is_demo = excluded.is_demo,
       is_room_chosen = excluded.is_room_chosen, about = excluded.about,
       boot = excluded.boot, conn = excluded.conn, is_online = excluded.is_online,
       online_since = excluded.online_since, offline_since = excluded.offline_since,
       last_message_at = excluded.last_message_at, rejected = excluded.rejected`,
  );
  const removeDevice = db.prepare('DELETE FROM device WHERE id = ?');
  const removeCommands = db.prepare('DELETE FROM command WHERE device = ?');
  const quarantine = openQuarantine(db);
  return {
    load: (): DeviceRow[] => select.all(),
    save(entry: Entry, now: number): void {
      const { about, counts, isDemo, isRoomChosen, isOnline, latest: _, command: __, ...saved } = entry;
      upsert.run({
        ...saved,
        now,
        isDemo: Number(isDemo),
        isOnline: isOnline === null ? null : Number(isOnline),
        isRoomChosen: Number(isRoomChosen),
        about: about && JSON.stringify(about),
        rejected: counts.rejected,
      });
    },
    remove(id: string): void {
      quarantine.remove(id);
      for (const statement of [removeCommands, removeDevice]) statement.run(id);
    },
    quarantine,
  };
}
export type Registry = ReturnType<typeof openRegistry>;

/** Every device as it was when the process ended; who is still online is not known until the broker says so. */
export function loadEntries(registry: Registry, latest: readonly LatestReading[]): Map<string, Entry> {
  const entries = new Map(registry.load().map((row) => [row.id, toEntry(row)]));
  for (const reading of latest) {
    const entry = entries.get(reading.device);
    if (!entry) continue;
    entry.latest[reading.quantity] = toLatest(reading);
    // Who imported them has not heard of the device.
    if (entry.source !== 'import')
      entry.lastMessageAt = Math.max(entry.lastMessageAt ?? 0, reading.receivedAt);
  }
  return entries;
}

function toEntry(row: DeviceRow): Entry {
  return {
    id: row.id,
    name: row.name,
    roomId: row.room,
    isRoomChosen: row.is_room_chosen === 1,
    source: row.source,
    role: row.role,
    isDemo: row.is_demo === 1,
    about: row.about === null ? null : (JSON.parse(row.about) as About),
    boot: row.boot,
    conn: row.conn,
    isOnline: row.is_online === 0 ? false : null,
    onlineSince: row.online_since,
    offlineSince: row.offline_since,
    lastMessageAt: row.last_message_at,
    clockAheadMs: null,
    latest: {},
    command: null,
    counts: { duplicates: 0, missing: 0, awaited: 0, rejected: row.rejected },
  };
}
