import type { Device, QuantityName } from '@hearth/contract';
import Database from 'better-sqlite3';
import { comingOf, newEntry, toDevice, type Entry } from '../devices/entry.ts';
import { openMonitoring, type Monitoring } from './monitoring.ts';

/** How a device of a scenario reports. */
export interface Manner {
  name: string;
  /** As its manifest states it, ms. */
  periodMs: number | null;
  /** From one reading to the next, ms; `random` gives [0, 1). */
  interval: (random: () => number) => number;
  losesReadings?: boolean;
}

const minute = 60_000;
const jittered =
  (periodMs: number, share: number): Manner['interval'] =>
  (random) =>
    periodMs * (1 + share * (2 * random() - 1));
const changing =
  (meanMs: number, atMostMs: number): Manner['interval'] =>
  (random) =>
    Math.min(atMostMs, 2000 - meanMs * Math.log(1 - random()));

export const manners: readonly Manner[] = [
  { name: 'every minute', periodMs: minute, interval: jittered(minute, 0) },
  { name: 'every five minutes, with jitter', periodMs: null, interval: jittered(5 * minute, 0.1) },
  { name: 'every ten minutes, with much jitter', periodMs: null, interval: jittered(10 * minute, 0.3) },
  {
    name: 'every two minutes, where a reading of twenty is lost',
    periodMs: null,
    interval: (random) => jittered(2 * minute, 0.05)(random) * (random() < 0.05 ? 2 : 1),
    losesReadings: true,
  },
  {
    name: 'on change, at least every half hour',
    periodMs: 30 * minute,
    interval: changing(8 * minute, 30 * minute),
  },
  {
    name: 'on change, with no word of how often',
    periodMs: null,
    interval: changing(5 * minute, 40 * minute),
  },
  { name: 'sleepy, every hour', periodMs: 60 * minute, interval: jittered(60 * minute, 0.02) },
  { name: 'sleepy, every six hours', periodMs: null, interval: jittered(360 * minute, 0.05) },
];

/** A seeded source of [0, 1). @see Steele and Vigna, "Computationally easy, spectrally good multipliers", table for 32 bits */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 0x915f77f5) + 1) >>> 0;
    return state / 2 ** 32;
  };
}

/** One device, an api that watches it, and a time that only {@link World.wait} moves. */
export interface World extends Disposable {
  wait(ms: number): void;
  /** The device reports `count` times in its manner, waiting before each. Gives the state before each. */
  report(count: number): string[];
  /** A message comes now. */
  say(how?: { isLate?: boolean; isRetained?: boolean; skewMs?: number }): void;
  /** The wall clock is set. */
  jump(ms: number): void;
  away(ms: number): void;
  listen(isListening: boolean): void;
  restart(goneMs: number): void;
  connection(isOnline: boolean | null): void;
  freshness(): NonNullable<NonNullable<Device['freshness']>['temperature']>;
  nowAt(): number;
  /** As the conditions of alerts look at it. */
  device(): Device;
  /** How often it came back since our start. */
  comings(): number;
  /** Whether the broker is there. */
  isListening(): boolean;
}

/**
 * A world in which the device reports in this manner; the same seed gives the same intervals. `eachMinute` is called
 * for each that passes while somebody waits.
 */
export function openWorld({ interval, periodMs }: Manner, seed: number, eachMinute?: () => void): World {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
  db.exec('CREATE TABLE rhythm (device TEXT PRIMARY KEY, learned TEXT NOT NULL) STRICT');
  const random = seeded(seed);
  const id = 'hall';
  const quantities: { [Q in QuantityName]?: object } = { temperature: periodMs === null ? {} : { periodMs } };
  const about = {
    contract: 1,
    maker: 'Acme',
    model: 'T1',
    kind: 'sensor',
    firmware: '1',
    quantities,
    commands: {},
  } as Entry['about'];
  const entries = new Map([
    [id, { ...newEntry(id, id, 'contract'), about, isOnline: true as boolean | null }],
  ]);
  let isListening = true;
  let comings = 0;
  let monotonic = 0;
  let wall = 1_795_363_200_000;
  const open = (): Monitoring =>
    openMonitoring({ db, entries, now: () => wall, monotonicMs: () => monotonic, publish: () => {} });
  let monitoring = open();
  monitoring.listen(true);

  const world: World = {
    wait(ms) {
      const stepMs = eachMinute ? minute : ms;
      for (let left = ms; left > 0; left -= stepMs) {
        monotonic += Math.min(left, stepMs);
        wall += Math.min(left, stepMs);
        eachMinute?.();
      }
    },
    report(count) {
      return Array.from({ length: count }, () => {
        world.wait(interval(random));
        const before = world.freshness().state;
        world.say();
        return before;
      });
    },
    say({ isLate = false, isRetained = false, skewMs = 0 } = {}) {
      const values = { temperature: 20 };
      const arrival = { device: id, key: null, at: wall + skewMs, receivedAt: wall, isLate, values };
      monitoring.hear(arrival, !isRetained);
      const latest = { temperature: { value: 20, at: arrival.at, receivedAt: wall, isLate } };
      if (!isRetained) entries.set(id, { ...entries.get(id)!, latest, lastMessageAt: wall });
    },
    jump(ms) {
      wall += ms;
    },
    away(ms) {
      isListening = false;
      monitoring.listen(false);
      world.wait(ms);
      monitoring.listen(true);
      isListening = true;
    },
    listen: (isThere) => monitoring.listen(isThere),
    restart(goneMs) {
      monitoring[Symbol.dispose]();
      wall += goneMs;
      monotonic = 0;
      comings = 0;
      monitoring = open();
      monitoring.listen(true);
    },
    connection(isOnline) {
      const offlineSince = isOnline === false ? wall : null;
      if (comingOf(entries.get(id)!, { isOnline }) !== null) comings++;
      entries.set(id, { ...entries.get(id)!, isOnline, offlineSince });
    },
    freshness: () => monitoring.freshnessOf(entries.get(id)!).temperature!,
    nowAt: () => wall,
    device: () => ({
      ...toDevice(entries.get(id)!, wall),
      freshness: monitoring.freshnessOf(entries.get(id)!),
    }),
    comings: () => comings,
    isListening: () => isListening,
    [Symbol.dispose]() {
      monitoring[Symbol.dispose]();
      db.close();
    },
  };
  return world;
}
