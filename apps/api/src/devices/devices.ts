import type { Command, Device } from '@hearth/contract';
import type { Arrival, Fate, Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import type { Live } from '../live.ts';
import { openHeardDays, type HeardDays } from '../monitoring/heard-days.ts';
import { openMonitoring } from '../monitoring/monitoring.ts';
import { createAllowance } from './allowance.ts';
import { coalesce } from './coalesce.ts';
import { followCounts, type Awaiting } from './counts.ts';
import { toDevice, type Entry } from './entry.ts';
import { createHouse, type House } from './house.ts';
import { takeNotes, type Note } from './notes.ts';
import { loadEntries, openRegistry, type Registry } from './registry.ts';
import { openRooms } from './rooms.ts';
import { takeLatest, takeStored } from './stored.ts';

/** The connection that a request must name, and how it stands. Null counters: the device never connected. */
export interface Connection {
  boot: number | null;
  conn: number | null;
  isOnline: boolean | null;
  /** Online or offline since; null when that is not known. */
  since: number | null;
  isGateway: boolean;
}

/**
 * The live view of devices and rooms: all of it in memory, what must last in hearth.db before it shows.
 * What is below {@link House} is for the bridge, which tells it what messages said.
 */
export interface Devices extends House, AsyncDisposable {
  connection(id: string): Connection | undefined;
  /** See {@link Entry.clockAheadMs}. */
  clockAheadMs(id: string): number | null;
  /** The gateway that a device was heard through last since our start; undefined where that is not known. */
  gatewayOf(id: string): string | undefined;
  /** How devices were heard, day by day, and how often each came back. */
  heardDays: Pick<HeardDays, 'of' | 'comings'>;
  /** What messages said, in their order. On disk when it returns; @throws when the disk refuses. */
  note(notes: readonly Note[]): void;
  /** Readings that the store has, with their fates. `heardNow` are those that devices themselves said now. */
  noteStored(arrivals: readonly Arrival[], fates: readonly Fate[], heardNow: ReadonlySet<Arrival>): void;
  /** Readings that came into the store by another way: the newest values are looked up there. */
  noteImported(): Promise<void>;
  /** What is awaited may have changed; the same for as long as the bridge runs. */
  noteAwaiting(awaiting: Awaiting): void;
  noteCommand(command: Command): void;
  /** Devices can be heard from here on. */
  noteBrokerBack(): void;
  /** Without the broker nobody knows who is online. */
  noteBrokerAway(): void;
}

/** Flood of rejected messages: 20 are written at once, then one every 10 s; all are counted. */
const rejectedBurst = 20;
const rejectedPeriodMs = 10_000;
/** Times of last messages and plain counts reach the disk this late; a kill loses only those. */
const saveMs = 60_000;
/** Who connects anew so soon after the broker came back lost its connection by the broker. */
const comebackMs = 300_000;

/** Reads devices and rooms from hearth.db, and their newest values and counters from the store. */
export async function openDevices(parts: {
  db: Database;
  store: Store;
  live: Live;
  now: () => number;
  /** A clock that is never set: the process's own if not given. */
  monotonicMs?: () => number;
  /** Of the home's days; UTC if not given. */
  timeZone?: () => string;
}): Promise<Devices> {
  const { db, store, live, now, monotonicMs = () => performance.now(), timeZone = () => 'UTC' } = parts;
  const registry = openRegistry(db);
  const rooms = openRooms(db);
  const entries = loadEntries(registry, await store.latest());
  const mayKeep = createAllowance(rejectedBurst, rejectedPeriodMs, now);
  const show = (entry: Entry): Device => ({
    ...toDevice(entry, now()),
    // Judged when it is read: most who look a device up, one for each message, want something else of it.
    get freshness() {
      return monitoring.freshnessOf(entry);
    },
  });
  const publish = (ids: Iterable<string>): void => {
    for (const id of ids) {
      const entry = entries.get(id);
      if (entry) live.publish('device', show(entry));
    }
  };
  const monitoring = openMonitoring({ db, entries, now, monotonicMs, publish });
  const progress = await store.progress();
  const heardDays = openHeardDays({ db, now, timeZone, progress });
  const counts = followCounts(entries, store, progress, publish);
  const times = followTimes(entries, db, registry, now);
  const house = createHouse({ db, registry, rooms, entries, live, now, show });
  let brokerBackMs = monotonicMs();
  const through = new Map<string, string>();

  return {
    ...house,
    add(device) {
      const added = house.add(device);
      heardDays.forget(added.id);
      return added;
    },
    heardDays,
    gatewayOf: (id) => through.get(id),
    connection(id) {
      const entry = entries.get(id);
      return entry && toConnection(entry);
    },
    clockAheadMs: (id) => entries.get(id)?.clockAheadMs ?? null,
    note(notes) {
      const { unsaved } = times;
      const noted = takeNotes({ db, registry, rooms, entries, unsaved, mayKeep, now: now() }, notes);
      publish(noted.changed);
      if (noted.areRoomsChanged) live.publish('rooms', {});
      const isComeback = monotonicMs() - brokerBackMs < comebackMs;
      for (const { device, how } of noted.comings)
        if (how === 'reboots' || !isComeback) heardDays.came(device, how);
      for (const each of notes) {
        if (each.kind === 'clock' && entries.has(each.device)) heardDays.clock(each.device, each.aheadMs);
        if (each.kind === 'heard' && each.through !== undefined) through.set(each.device, each.through);
      }
      counts.changed([...noted.counted].filter((id) => !noted.changed.has(id)));
      times.changed();
    },
    noteStored(arrivals, fates, heardNow) {
      for (const [index, arrival] of arrivals.entries())
        if (fates[index] === 'stored') monitoring.hear(arrival, heardNow.has(arrival));
      heardDays.readings(arrivals, fates);
      for (const [deviceId, latest] of takeStored(entries, arrivals, fates)) {
        const entry = entries.get(deviceId)!;
        const freshness = monitoring.freshnessOf(entry);
        live.publish('reading', { deviceId, latest, lastMessageAt: entry.lastMessageAt ?? now(), freshness });
      }
      if (arrivals.some((arrival) => arrival.key !== null)) counts.changed([]);
    },
    async noteImported() {
      const news = takeLatest(entries, await store.latest());
      for (const id of news) monitoring.meet(entries.get(id)!);
      publish(news);
    },
    noteAwaiting: (awaiting) => counts.await(awaiting),
    noteCommand(command) {
      const entry = entries.get(command.deviceId);
      if (!entry) return;
      if (command.requestedAt >= (entry.command?.requestedAt ?? 0))
        entries.set(entry.id, { ...entry, command });
      live.publish('command', command);
    },
    noteBrokerBack() {
      brokerBackMs = monotonicMs();
      monitoring.listen(true);
    },
    noteBrokerAway() {
      monitoring.listen(false);
      for (const entry of entries.values()) {
        // A device that was gone can have come back only to a broker that is there, and would say so.
        if (entry.isOnline !== true) continue;
        entries.set(entry.id, { ...entry, isOnline: null });
        publish([entry.id]);
      }
    },
    async [Symbol.asyncDispose]() {
      counts.stop();
      monitoring[Symbol.dispose]();
      await times.stop();
      heardDays[Symbol.dispose]();
    },
  };
}

function toConnection(entry: Entry): Connection {
  const { boot, conn, isOnline, onlineSince, offlineSince, lastMessageAt, role } = entry;
  const since = isOnline === true ? onlineSince : (offlineSince ?? lastMessageAt);
  return { boot, conn, isOnline, since, isGateway: role === 'gateway' };
}

/** Writes what is not worth a write of its own, once a minute and at the end. */
function followTimes(
  entries: Map<string, Entry>,
  db: Database,
  registry: Registry,
  now: () => number,
): { unsaved: Set<string>; changed(): void; stop(): Promise<void> } {
  const unsaved = new Set<string>();
  const saving = coalesce(saveMs, () => {
    db.transaction(() => {
      for (const id of unsaved) if (entries.has(id)) registry.save(entries.get(id)!, now());
    })();
    registry.quarantine.save();
    unsaved.clear();
  });
  return {
    unsaved,
    changed() {
      if (unsaved.size > 0) saving.soon();
    },
    async stop() {
      await saving.flush();
      saving.stop();
    },
  };
}
