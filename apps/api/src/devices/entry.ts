import type { About, Command, Device, Latest, QuantityName, Status } from '@hearth/contract';
import type { LatestReading } from '@hearth/store';

/** What is held in memory of one device; {@link toDevice} is the part of it that the world sees. */
export interface Entry {
  id: string;
  name: string;
  roomId: string | null;
  /** A person chose the room, or that there is none: what the device says of it counts no more. */
  isRoomChosen: boolean;
  source: Device['source'];
  role: 'device' | 'gateway';
  isDemo: boolean;
  about: About | null;
  /** Counters of the newest connection that the device spoke of. */
  boot: number | null;
  conn: number | null;
  /** Offline outlives this process and the broker's absence; online is known only while the broker is there. */
  isOnline: boolean | null;
  /** Kept while the broker is away, so that the same connection found again has the same beginning. */
  onlineSince: number | null;
  offlineSince: number | null;
  lastMessageAt: number | null;
  /** How far its clock was ahead of ours in its newest reading, late ones aside; ms, null where it has said none. */
  clockAheadMs: number | null;
  latest: { [Q in QuantityName]?: Latest };
  command: Command | null;
  counts: Device['counts'];
}

/** A device of which nothing is known yet but its name. */
export function newEntry(id: string, name: string, source: Entry['source']): Entry {
  return {
    id,
    name,
    source,
    roomId: null,
    isRoomChosen: false,
    role: 'device',
    isDemo: false,
    about: null,
    boot: null,
    conn: null,
    isOnline: null,
    onlineSince: null,
    offlineSince: null,
    lastMessageAt: null,
    clockAheadMs: null,
    latest: {},
    command: null,
    counts: { duplicates: 0, missing: 0, awaited: 0, rejected: 0 },
  };
}

/** A command that the device confirmed stays in sight this long; its own report is the truth from then on. */
const confirmedCommandMs = 60_000;

/** One that was refused or not confirmed stays longer, as somebody has yet to see it; a late report still confirms. */
export const failedCommandMs = 600_000;

/** How devices are asked, by the way they speak to us, where their manifest says that they can be. */
const askWays: Readonly<Record<Entry['source'], Device['ask']>> = {
  contract: 'contract',
  homeassistant: 'read',
  zigbee2mqtt: 'read',
  shelly: 'rpc',
  'shelly-gen1': 'read',
  tasmota: 'read',
  rtl_433: 'none',
  import: 'none',
};

/** The device as the HTTP api and the live stream show it. */
export function toDevice(entry: Entry, now: number): Device {
  const { command } = entry;
  const inSightMs = command?.state === 'confirmed' ? confirmedCommandMs : failedCommandMs;
  const isCommandOld = now - (command?.settledAt ?? now) > inSightMs;
  return {
    id: entry.id,
    name: entry.name,
    roomId: entry.roomId,
    source: entry.source,
    role: entry.role,
    about: entry.about,
    ask: entry.about?.commands.get === true ? askWays[entry.source] : 'none',
    isOnline: entry.isOnline,
    onlineSince: entry.isOnline === true ? entry.onlineSince : null,
    offlineSince: entry.isOnline === false ? entry.offlineSince : null,
    lastMessageAt: entry.lastMessageAt,
    latest: entry.latest,
    command: isCommandOld ? null : command,
    counts: entry.counts,
  };
}

/** The newest value in the words of the HTTP api. */
export function toLatest({
  value,
  at,
  receivedAt,
  isLate,
  fault,
}: Omit<LatestReading, 'device' | 'quantity'>) {
  const latest: Latest = { value, at, receivedAt, isLate };
  return fault === undefined ? latest : { ...latest, fault };
}

/** What is said of the presence of a device without counters of its connections; null when it is no news. */
export function readPresence(
  entry: Entry,
  { isOnline, at, isRetained }: { isOnline: boolean | null; at: number; isRetained: boolean },
): Partial<Entry> | null {
  if (entry.isOnline === isOnline) return null;
  if (isOnline === null) return { isOnline };
  if (isOnline)
    return { isOnline, onlineSince: (isRetained ? entry.onlineSince : null) ?? at, offlineSince: null };
  // As with a retained will, it may have been gone for days.
  const offlineSince = isRetained ? (entry.offlineSince ?? entry.lastMessageAt ?? at) : at;
  return { isOnline, onlineSince: null, offlineSince };
}

/**
 * What a status message says of a device, or null when it says nothing new to us: a will that comes after
 * the device has connected again speaks of a connection that is over. `online` always counts, as only a
 * live connection says it, and a factory reset starts `boot` anew.
 */
export function readStatus(
  entry: Entry,
  status: Status,
  at: number,
  isRetained: boolean,
): Partial<Entry> | null {
  const { boot, conn } = status;
  const isSameConnection = boot === entry.boot && conn === entry.conn;
  if (status.online) {
    if (isSameConnection && entry.isOnline === true) return null;
    const onlineSince = (isSameConnection ? entry.onlineSince : null) ?? at;
    return { boot, conn, isOnline: true, onlineSince, offlineSince: null };
  }
  const isOver =
    entry.boot !== null && (boot < entry.boot || (boot === entry.boot && conn < (entry.conn ?? 0)));
  if (isOver || (isSameConnection && entry.isOnline === false)) return null;
  // A retained will may be days old: the device was last heard before it.
  const offlineSince = isRetained ? (entry.offlineSince ?? entry.lastMessageAt ?? at) : at;
  return { boot, conn, isOnline: false, onlineSince: null, offlineSince };
}

/** How a device came back: after a restart of its own, or of its connection alone. */
export type Coming = 'reboots' | 'reconnects';

/**
 * How it came back by what a message changes of it; null where it did not, or where nobody knows whether it was gone.
 * The first time that it is heard is none.
 */
export function comingOf(before: Entry, patch: Partial<Entry>): Coming | null {
  if (patch.isOnline !== true) return null;
  if (patch.boot === undefined) return before.isOnline === false ? 'reconnects' : null;
  if (before.boot === null) return null;
  if (patch.boot !== before.boot) return 'reboots';
  return patch.conn !== before.conn && before.isOnline !== null ? 'reconnects' : null;
}
