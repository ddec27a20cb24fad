import type { Device } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { openSetting } from '../settings.ts';

/** What is learned of a thermometer: for how long it stood still at most, and since when it is watched. Unix ms. */
interface Learned {
  longestMs: number;
  watchedSince: number;
}

/** What is learned of each thermometer; `save` puts it on disk where anything changed. */
export interface Learnings extends Pick<Map<string, Learned>, 'get' | 'set' | 'delete'> {
  save(): void;
}

/** Kept in hearth.db. */
export function openLearnings(db: Database): Learnings {
  const kept = openSetting(db, 'alert-stills');
  const known = new Map(Object.entries(JSON.parse(kept.get() ?? '{}') as { [device: string]: Learned }));
  let saved = JSON.stringify(Object.fromEntries(known));
  return {
    get: (device) => known.get(device),
    set: (device, learned) => known.set(device, learned),
    delete: (device) => known.delete(device),
    save() {
      const text = JSON.stringify(Object.fromEntries(known));
      if (text === saved) return;
      try {
        kept.set(text);
        saved = text;
      } catch {
        // A disk that refuses now may take it in ten minutes; that it refuses is told by others.
      }
    },
  };
}

/** How far another thermometer went meanwhile. */
interface Neighbour {
  name: string;
  lowC: number;
  highC: number;
}

/** A thermometer that reports one and the same temperature. */
export interface Still {
  celsius: number;
  forMs: number;
  readings: number;
  /** It stood so when we began to look: it may have moved before. */
  isFromStart: boolean;
  longestMs: number;
  watchedForMs: number;
  /** In its room, the one that went furthest beyond what it would have shown itself. */
  inRoom: Neighbour | null;
  /** In other rooms, where most of two and more went so far; the one that went furthest. */
  inHome: Neighbour | null;
}

const hourMs = 3_600_000;
/** Two looks that are so far apart have a clock between them that was set, or a sleep. */
const pauseMs = 600_000;
/** Records of a new home come by the hundred: they are written together. */
const saveMs = 600_000;
/** Without a reading for so long nobody knows whether it moved. */
const unheardMs = 3 * hourMs;
/** How far others have to go: what a thermostat makes of its room is less. */
const movedK = 2;
/** As many of its own steps: one that shows half degrees may round a lot away. */
const movedSteps = 4;
const unknownStepK = 0.5;
const ringHours = 72;
/** What is worth a look at the others in its room, and at all there are. */
const worthMs = 3 * hourMs;
const worthAllMs = 24 * hourMs;
/** A stretch at which it was broken is not to be learned whole. */
const learnedAtMostMs = 6 * hourMs;

interface Seen {
  celsius: number;
  since: number;
  readings: number;
  heardAt: number;
  isFromStart: boolean;
  /** Lowest and highest of each hour. */
  hours: { at: number; lowC: number; highC: number }[];
}

/** Watches which thermometers stand still while others move. Give it all devices at each look. */
export function createStills(learnings: Learnings) {
  const seen = new Map<string, Seen>();
  let lookedAt = -Infinity;
  let savedAt = -Infinity;

  function hear(device: Device, now: number): void {
    const latest = device.latest.temperature;
    if (typeof latest?.value !== 'number' || latest.isLate) return;
    const { value: celsius, receivedAt } = latest;
    const known = seen.get(device.id);
    if (known?.heardAt === receivedAt) return;
    if (!learnings.get(device.id)) learnings.set(device.id, { longestMs: 0, watchedSince: now });
    const isMoved = known !== undefined && known.celsius !== celsius;
    if (isMoved) learn(device.id, now - known.since);
    const hours = known?.hours ?? [];
    const goesOn = known !== undefined && !isMoved && receivedAt - known.heardAt <= unheardMs;
    seen.set(
      device.id,
      goesOn
        ? { ...known, heardAt: receivedAt, readings: known.readings + 1 }
        : { celsius, since: now, readings: 1, heardAt: receivedAt, isFromStart: !isMoved, hours },
    );
    put(hours, celsius, now);
  }

  function learn(device: string, stillMs: number): void {
    const learned = learnings.get(device)!;
    const longestMs = Math.min(stillMs, Math.max(learnedAtMostMs, 2 * learned.longestMs));
    if (longestMs > learned.longestMs) learnings.set(device, { ...learned, longestMs });
  }

  function moved({ id, name }: Device, since: number): Neighbour | null {
    const hours = seen.get(id)?.hours.filter(({ at }) => at >= since) ?? [];
    if (hours.length === 0) return null;
    return {
      name,
      lowC: Math.min(...hours.map(({ lowC }) => lowC)),
      highC: Math.max(...hours.map(({ highC }) => highC)),
    };
  }

  function judge(device: Device, all: readonly Device[], now: number): Still | null {
    const known = seen.get(device.id);
    if (!known || !isBelieved(device)) return null;
    const { celsius, since, readings, isFromStart } = known;
    const { longestMs, watchedSince } = learnings.get(device.id)!;
    const still = { celsius, forMs: now - since, readings, isFromStart, longestMs };
    const rest = { ...still, watchedForMs: now - watchedSince, inRoom: null, inHome: null };
    if (still.forMs < worthMs) return rest;
    const stepK = device.about?.quantities.temperature?.resolution ?? unknownStepK;
    const farK = Math.max(movedK, movedSteps * stepK);
    const isFar = (each: Neighbour): boolean => each.highC - each.lowC >= farK;
    const isHere = ({ id, roomId }: Device): boolean =>
      id !== device.id && roomId !== null && roomId === device.roomId;
    const went = (which: readonly Device[]) =>
      which.filter(isBelieved).flatMap((each) => moved(each, since) ?? []);
    const here = went(all.filter(isHere));
    const isElsewhere = (each: Device): boolean => each.roomId !== null && each.roomId !== device.roomId;
    const elsewhere = still.forMs < worthAllMs ? [] : went(all.filter(isElsewhere));
    const far = elsewhere.filter(isFar);
    const isMost = far.length >= 2 && far.length > elsewhere.length / 2;
    return { ...rest, inRoom: furthest(here.filter(isFar)), inHome: isMost ? furthest(far) : null };
  }

  return {
    /** By device; those that nobody can judge are left out. */
    look(devices: readonly Device[], now: number): Map<string, Still> {
      if (Math.abs(now - lookedAt) > pauseMs) seen.clear();
      lookedAt = now;
      for (const device of devices) hear(device, now);
      if (Math.abs(now - savedAt) >= saveMs) {
        learnings.save();
        savedAt = now;
      }
      const stills = new Map<string, Still>();
      for (const device of devices) {
        const still = judge(device, devices, now);
        if (still) stills.set(device.id, still);
      }
      return stills;
    },
    forget(device: string): void {
      seen.delete(device);
      learnings.delete(device);
    },
  };
}

/** Outdoors, and on the heater itself, it is another temperature. */
function isBelieved({ latest, freshness, isOnline }: Device): boolean {
  const state = freshness?.temperature?.state;
  return (
    typeof latest.temperature?.value === 'number' &&
    isOnline !== false &&
    (state === 'live' || state === 'late')
  );
}

function put(hours: Seen['hours'], celsius: number, now: number): void {
  const at = Math.floor(now / hourMs) * hourMs;
  const last = hours.at(-1);
  if (last?.at !== at) hours.push({ at, lowC: celsius, highC: celsius });
  else {
    last.lowC = Math.min(last.lowC, celsius);
    last.highC = Math.max(last.highC, celsius);
  }
  if (hours.length > ringHours) hours.shift();
}

function furthest(all: readonly Neighbour[]): Neighbour | null {
  return all.toSorted((a, b) => b.highC - b.lowC - (a.highC - a.lowC))[0] ?? null;
}
