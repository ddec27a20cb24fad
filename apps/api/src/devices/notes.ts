import type { About, Device, RejectedMessage, Status } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { comingOf, newEntry, readPresence, readStatus, type Coming, type Entry } from './entry.ts';
import { mistakeOf, type Quarantine } from './quarantine.ts';
import type { Registry } from './registry.ts';
import type { Rooms } from './rooms.ts';

/** One thing that a message said of a device. `heard` is how a device that speaks through a gateway appears;
 * `through` is that gateway, where only one may have sent it. */
export type Note =
  | { kind: 'heard'; device: string; name: string; about: About; source: Device['source']; through?: string }
  | { kind: 'presence'; device: string; isOnline: boolean | null; at: number; isRetained: boolean }
  | { kind: 'about'; device: string; about: About }
  | { kind: 'status'; device: string; status: Status; at: number; isRetained: boolean }
  | { kind: 'rejected'; device: string; message: RejectedMessage; isRetained: boolean }
  | { kind: 'clock'; device: string; aheadMs: number }
  | { kind: 'message'; device: string; at: number };

type Rejected = Note & { kind: 'rejected' };

/** What one note does to a device. Times and plain counts are not saved at once, and a time is not news. */
interface Change {
  patch: Partial<Entry>;
  isSaved: boolean;
  news: 'device' | 'count' | 'none';
}

/**
 * Takes a batch of notes: to disk first, in one transaction, then into memory. Devices whose change was not
 * saved are added to `unsaved`. Gives the devices to show, those of which only a counter grew, and who came back.
 * @throws when the disk refuses; nothing is changed then, and the batch may be given again.
 */
export function takeNotes(
  parts: {
    db: Database;
    registry: Registry;
    rooms: Rooms;
    entries: Map<string, Entry>;
    unsaved: Set<string>;
    /** Whether one more rejected message may be written down, of new ones or of repeats of a device. */
    mayKeep: (whose: string) => boolean;
    now: number;
  },
  notes: readonly Note[],
): {
  changed: Set<string>;
  counted: Set<string>;
  comings: readonly { device: string; how: Coming }[];
  areRoomsChanged: boolean;
} {
  const { db, registry, rooms, entries, unsaved, now } = parts;
  const { quarantine } = registry;
  const staged = new Map<string, Entry>();
  const toSave = new Set<string>();
  const rejected = createSorting(quarantine, parts.mayKeep);
  const news = { device: new Set<string>(), count: new Set<string>(), none: new Set<string>() };
  const comings: { device: string; how: Coming }[] = [];

  for (const note of notes) {
    const before = staged.get(note.device) ?? entries.get(note.device);
    const entry = before ?? (note.kind === 'heard' ? newEntry(note.device, note.name, note.source) : null);
    if (!entry) continue;
    if (note.kind === 'rejected' && note.isRetained && isOnPage(quarantine, note)) continue;
    const isKept = note.kind === 'rejected' && rejected.take(note);
    const change = read(entry, note, isKept);
    if (!change) continue;
    const how = comingOf(entry, change.patch);
    if (how !== null) comings.push({ device: entry.id, how });
    staged.set(entry.id, { ...entry, ...change.patch });
    if (change.isSaved) toSave.add(entry.id);
    news[change.news].add(entry.id);
  }

  try {
    if (toSave.size > 0)
      db.transaction(() => {
        for (const id of toSave) {
          const entry = giveRoom(staged.get(id)!, entries.get(id), rooms);
          staged.set(id, entry);
          registry.save(entry, now);
        }
        for (const { device, message } of rejected.kept) quarantine.put(device, message);
      })();
  } catch (error) {
    rooms.reload();
    throw error;
  }
  for (const { device, message } of rejected.repeats) quarantine.wait(device, message);
  const areRoomsChanged = [...staged.values()].some((entry) => {
    const before = entries.get(entry.id);
    return before?.about !== entry.about || before?.roomId !== entry.roomId;
  });
  for (const [id, entry] of staged) {
    entries.set(id, entry);
    if (toSave.has(id)) unsaved.delete(id);
    else unsaved.add(id);
  }
  return { changed: news.device, counted: news.count, comings, areRoomsChanged };
}

/** Sorts what was rejected into what is written down now, what may wait as a repeat, and what is only counted. */
function createSorting(quarantine: Quarantine, mayKeep: (whose: string) => boolean) {
  const kept: Rejected[] = [];
  const repeats: Rejected[] = [];
  const fresh = new Set<string>();
  return {
    kept,
    repeats,
    /** Whether it is written down now. */
    take(note: Rejected): boolean {
      const mistake = `${note.device} ${mistakeOf(note.message)}`;
      const isRepeat = fresh.has(mistake) || quarantine.has(note.device, note.message);
      // A flood of one mistake leaves others their place.
      const isKept = mayKeep(isRepeat ? `${note.device} again` : note.device);
      if (isKept) fresh.add(mistake);
      if (isKept || isRepeat) (isKept ? kept : repeats).push(note);
      return isKept;
    },
  };
}

/** The broker repeats what it retains at each subscription: that is no new message. */
function isOnPage(quarantine: Quarantine, { device, message }: Rejected): boolean {
  const { topic, rule, path, got } = message;
  return quarantine
    .list(device)
    .some((each) => each.topic === topic && each.rule === rule && each.path === path && each.got === got);
}

/** A device takes the room that its manifest names, until it is in one or a person has chosen: also none. */
function giveRoom(entry: Entry, before: Entry | undefined, rooms: Rooms): Entry {
  const room = entry.about?.room;
  if (!room || !before || entry.isRoomChosen || entry.roomId !== null) return entry;
  return { ...entry, roomId: rooms.ensure(room, entry.isDemo) };
}

function read(entry: Entry, note: Note, isKept: boolean): Change | null {
  switch (note.kind) {
    case 'heard': {
      const isPiecemeal = piecemeal.has(note.source);
      const change = readAbout(entry, isPiecemeal ? joined(entry.about, note.about) : note.about);
      if (entry.source === note.source) return change;
      // Until now there were only readings of it that were imported.
      return { patch: { ...change?.patch, source: note.source }, isSaved: true, news: 'device' };
    }
    case 'about':
      return readAbout(entry, note.about);
    case 'presence': {
      const patch = readPresence(entry, note);
      return patch && { patch, isSaved: true, news: 'device' };
    }
    case 'status': {
      const patch = readStatus(entry, note.status, note.at, note.isRetained);
      return patch && { patch, isSaved: true, news: 'device' };
    }
    case 'rejected': {
      const counts = { ...entry.counts, rejected: entry.counts.rejected + note.message.count };
      const lastMessageAt = Math.max(entry.lastMessageAt ?? 0, note.message.at);
      return { patch: { counts, lastMessageAt }, isSaved: isKept, news: 'count' };
    }
    case 'clock':
      return { patch: { clockAheadMs: note.aheadMs }, isSaved: false, news: 'none' };
    default: {
      const lastMessageAt = Math.max(entry.lastMessageAt ?? 0, note.at);
      // A gateway has no reading of its own that would carry the time to the dashboards.
      const news = entry.role === 'gateway' ? 'count' : 'none';
      return { patch: { lastMessageAt }, isSaved: false, news };
    }
  }
}

function readAbout(entry: Entry, about: About): Change | null {
  if (JSON.stringify(entry.about) === JSON.stringify(about)) return null;
  // Until somebody names it, a device goes by its id; then its own name is better.
  const name = (entry.name === entry.id && about.name) || entry.name;
  return { patch: { about, name }, isSaved: true, news: 'device' };
}

/** What speaks of itself bit by bit: a frame or a change of status has only what is in it. */
const piecemeal: ReadonlySet<Device['source']> = new Set(['rtl_433', 'shelly', 'tasmota']);

/** The manifest of such a device is all that was heard of it. */
function joined(before: About | null, heard: About): About {
  if (!before) return heard;
  return {
    ...heard,
    kind: before.kind === 'thermostat' ? before.kind : heard.kind,
    quantities: { ...before.quantities, ...heard.quantities },
    commands: { ...before.commands, ...heard.commands },
  };
}
