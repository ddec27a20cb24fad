import type { Device, QuantityName, ValueFreshness } from '@hearth/contract';
import {
  createListening,
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
  /** The values of a device; one of which nothing was heard or kept is left out. */
  freshnessOf(entry: Entry): NonNullable<Device['freshness']>;
  /** Whether messages of devices can reach us. */
  listen(isListening: boolean): void;
}

/** States are looked at this often, so that a silence is told within a second. */
const lookMs = 1000;
const saveMs = 60_000;

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
  const look = (): void => {
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
    hear({ device, values, isLate }, isHeardNow) {
      const entry = entries.get(device);
      if (!entry || !isHeardNow) return;
      const known = watched.get(device) ?? new Map<QuantityName, Watched>();
      watched.set(device, known);
      const at = moment();
      for (const quantity of Object.keys(values) as QuantityName[]) {
        const before = known.get(quantity);
        const periodMs = entry.about?.quantities[quantity]?.periodMs ?? null;
        if (!isLate) known.set(quantity, hear(before, at, { periodMs, isOnline: entry.isOnline }));
        else if (before) known.set(quantity, handIn(before, at));
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
    listen: (isOn) => listening.turn(isOn, monotonicMs()),
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
    const ageMs = Math.max(0, wallNow - entry.latest[quantity]!.receivedAt);
    const heard = { ...at, awayMs: at.awayMs - ageMs };
    values.set(quantity, hear(undefined, heard, { periodMs: null, isOnline: entry.isOnline }));
  }
  if (values.size > 0) watched.set(entry.id, values);
}

function toFreshness(
  { state, rhythm, expectedMs, forMs, nextInMs }: Judgement,
  wallNow: number,
  isListening: boolean,
): ValueFreshness {
  const nextAt = nextInMs === null || !isListening ? null : Math.round(wallNow + nextInMs);
  return { state, rhythm, expectedMs, since: Math.round(wallNow - forMs), nextAt };
}
