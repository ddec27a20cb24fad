import type { Device, QuantityName, ValueFreshness } from '@hearth/contract';
import {
  createListening,
  emptyRhythm,
  handIn,
  hear,
  judge,
  type Judgement,
  type Moment,
  type Watched,
} from '@hearth/monitor';
import type { Arrival } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import type { Entry } from '../devices/entry.ts';
import { openRhythms, type WatchedDevice } from './rhythms.ts';

/** Watches how each value of each device comes in. */
export interface Monitoring extends Disposable {
  /** A new reading. `isHeardNow`: the device itself said it now; the broker's copy is no sign of life. */
  hear(arrival: Arrival, isHeardNow: boolean): void;
  /** All values that a device has. */
  freshnessOf(entry: Entry): NonNullable<Device['freshness']>;
  /** Values of a device came by another way, from a file: they are as old as they are. */
  meet(entry: Entry): void;
  /** Whether messages of devices can reach us; all that changes by it is published. */
  listen(isListening: boolean): void;
}

/** States are looked at this often, so that a silence is told within a second. */
const lookMs = 1000;
const saveMs = 60_000;
/** A wall clock that went otherwise than the one that is never set was set: more than it drifts in a second. */
const jumpMs = 500;

/**
 * Goes on with what was learned, not listening yet. `publish` gets the devices of which a state has changed
 * by time alone. Ages are taken from `monotonicMs`: neither a clock that jumps nor summer time is in them.
 */
export function openMonitoring(parts: {
  db: Database;
  entries: ReadonlyMap<string, Entry>;
  now: () => number;
  monotonicMs: () => number;
  publish: (ids: Iterable<string>) => void;
}): Monitoring {
  const { entries, now, monotonicMs, publish } = parts;
  const rhythms = openRhythms(parts.db);
  const kept = rhythms.keptAt();
  const goneMs = kept ? Math.max(0, now() - kept.at) : 0;
  const listening = createListening(monotonicMs(), kept?.moment, goneMs);
  const moment = (): Moment => listening.at(monotonicMs());
  const watched = rhythms.load();
  for (const id of watched.keys()) if (!entries.has(id)) watched.delete(id);
  for (const entry of entries.values()) meet(watched, entry, moment(), now());
  const shown = new Map<string, string>();

  const judgeAll = (entry: Entry): [QuantityName, Judgement][] => {
    const at = moment();
    const offlineForMs = entry.offlineSince === null ? 0 : Math.max(0, now() - entry.offlineSince);
    return [...(watched.get(entry.id) ?? [])].map(([quantity, value]) => {
      const periodMs = entry.about?.quantities[quantity]?.periodMs ?? null;
      return [quantity, judge(value, at, { periodMs, isOnline: entry.isOnline, offlineForMs })];
    });
  };
  const publishAll = (): void => publish(watched.keys());
  const wallAheadMs = (): number => now() - monotonicMs();
  let aheadMs = wallAheadMs();
  const look = (): void => {
    // Instants that were told are of a clock that is another now.
    if (Math.abs(wallAheadMs() - aheadMs) > jumpMs) publishAll();
    aheadMs = wallAheadMs();
    // Of a device that was removed nothing stays for one of the same id.
    for (const id of watched.keys()) {
      if (entries.has(id)) continue;
      watched.delete(id);
      shown.delete(id);
    }
    const changed: string[] = [];
    for (const entry of entries.values()) {
      const states = judgeAll(entry)
        .map(([quantity, { state }]) => `${quantity} ${state}`)
        .join();
      if ((shown.get(entry.id) ?? states) !== states) changed.push(entry.id);
      shown.set(entry.id, states);
    }
    if (changed.length > 0) publish(changed);
  };
  const save = (): void => {
    try {
      rhythms.save(watched, { moment: moment(), at: now() });
    } catch {
      // A disk that refuses now may take it in a minute.
    }
  };
  const timers = [setInterval(look, lookMs).unref(), setInterval(save, saveMs).unref()];

  return {
    hear({ device, at: measuredAt, receivedAt, values, isLate }, isHeardNow) {
      const entry = entries.get(device);
      if (!entry) return;
      const known = watched.get(device) ?? new Map<QuantityName, Watched>();
      watched.set(device, known);
      const at = moment();
      for (const quantity of Object.keys(values) as QuantityName[]) {
        const before = known.get(quantity);
        if (!isHeardNow || isLate) {
          const seen = before ?? metAt(at, now() - Math.min(measuredAt, receivedAt));
          known.set(quantity, isHeardNow ? handIn(seen, at) : seen);
          continue;
        }
        const periodMs = entry.about?.quantities[quantity]?.periodMs ?? null;
        known.set(quantity, hear(before, at, { periodMs, isOnline: entry.isOnline }));
      }
    },
    freshnessOf(entry) {
      const wallNow = now();
      return Object.fromEntries(
        judgeAll(entry).map(([quantity, judgement]) => [
          quantity,
          toFreshness(judgement, wallNow, listening.isOn()),
        ]),
      );
    },
    meet: (entry) => meet(watched, entry, moment(), now()),
    listen(isOn) {
      if (isOn === listening.isOn()) return;
      listening.turn(isOn, monotonicMs());
      publishAll();
    },
    [Symbol.dispose]() {
      for (const timer of timers) clearInterval(timer);
      save();
    },
  };
}

/** Values that were known before they were watched are as old as they are, and have no rhythm yet. */
function meet(watched: Map<string, WatchedDevice>, entry: Entry, at: Moment, wallNow: number): void {
  const values = watched.get(entry.id) ?? new Map<QuantityName, Watched>();
  for (const quantity of Object.keys(entry.latest) as QuantityName[]) {
    if (values.has(quantity)) continue;
    values.set(quantity, metAt(at, wallNow - entry.latest[quantity]!.receivedAt));
  }
  if (values.size > 0) watched.set(entry.id, values);
}

function metAt(at: Moment, ageMs: number): Watched {
  const heard = { ...at, awayMs: at.awayMs - Math.max(0, ageMs) };
  return { heard, liveSinceMs: heard.listenedMs + heard.awayMs, handedInMs: null, rhythm: emptyRhythm };
}

/** While nobody listens only lateness comes by itself. */
function toFreshness(
  { state, rhythm, expectedMs, forMs, lateInMs, staleInMs, silentInMs }: Judgement,
  wallNow: number,
  isListening: boolean,
): ValueFreshness {
  const after = (inMs: number | null): number | null => (inMs === null ? null : Math.round(wallNow + inMs));
  return {
    state,
    rhythm,
    expectedMs,
    since: Math.round(wallNow - forMs),
    lateAt: after(lateInMs),
    staleAt: isListening ? after(staleInMs) : null,
    silentAt: isListening ? after(silentInMs) : null,
  };
}
