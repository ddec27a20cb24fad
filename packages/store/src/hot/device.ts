import { absent } from '../codec/values.ts';
import type { PackedArrival } from '../packing.ts';
import { ByQuantity } from './by-quantity.ts';
import { HotColumns } from './columns.ts';
import { Spans } from './spans.ts';

/** The newest reading of a series by `at`. NaN is a null. */
export interface Latest {
  at: number;
  value: number;
  receivedAt: number;
  isLate: boolean;
  fault: string | null;
}

/** All that is held of a device in memory: what is hot, and what its counters and newest readings are. */
export interface DeviceState {
  readonly name: string;
  /** Null until something of it is sealed. */
  id: number | null;
  /** Of the journal: up to here its readings are sealed. */
  sealedFrame: number;
  hot: HotColumns;
  /** Of the journal, and when: the first that the hot readings, or counters that are not sealed, came with. */
  hotSince: { frame: number; at: number } | null;
  latest: ByQuantity<Latest>;
  boots: Map<number, Spans>;
  duplicates: number;
  /** Repeats by hour of arrival since the last seal. */
  repeats: Map<number, number>;
  /** Arrivals since the start, repeats among them. */
  taken: number;
  /** Counts what was done to what is sealed of it. */
  revision: number;
}

export function newDevice(name: string): DeviceState {
  return {
    name,
    id: null,
    sealedFrame: 0,
    hot: new HotColumns(),
    hotSince: null,
    latest: new ByQuantity(),
    boots: new Map(),
    duplicates: 0,
    repeats: new Map(),
    taken: 0,
    revision: 0,
  };
}

/** Boots whose spans changed since they were last kept. */
export function changedBoots({ boots }: DeviceState): number[] {
  return [...boots].flatMap(([boot, { taken, kept }]) => (taken > kept ? [boot] : []));
}

const hourMs = 3_600_000;

/** What is sealed at an instant of a series; `absent` where nothing is. */
export type ReadSealed = (device: DeviceState, quantity: string, at: number) => number;

/**
 * Takes an arrival that is on disk into memory: the number of values stored, or null for a duplicate, by its
 * (boot, seq) or, where it has none, by the same values at the same instant.
 */
export function takeArrival(
  device: DeviceState,
  arrival: PackedArrival,
  at: number,
  readSealed: ReadSealed,
): number | null {
  device.taken++;
  if (isRepeat(device, arrival, at, readSealed)) {
    const hour = Math.floor(arrival.receivedAt / hourMs) * hourMs;
    device.repeats.set(hour, (device.repeats.get(hour) ?? 0) + 1);
    device.duplicates++;
    return null;
  }
  if (arrival.count === 0) return 0;
  const row = device.hot.row(at);
  for (let i = 0; i < arrival.count; i++) {
    const quantity = arrival.quantities[i]!;
    device.hot.put(quantity, row, arrival.values[i]!, i);
    noteLatest(device, arrival, i, at);
  }
  return arrival.count;
}

function isRepeat(device: DeviceState, arrival: PackedArrival, at: number, readSealed: ReadSealed): boolean {
  if (arrival.hasKey) {
    let spans = device.boots.get(arrival.boot);
    if (!spans) device.boots.set(arrival.boot, (spans = new Spans()));
    return !spans.take(arrival.seq, at);
  }
  for (let i = 0; i < arrival.count; i++) {
    const quantity = arrival.quantities[i]!;
    const hot = device.hot.at(quantity, at);
    const known = hot === absent ? readSealed(device, quantity, at) : hot;
    if (!Object.is(known, arrival.values[i])) return false;
  }
  return arrival.count > 0;
}

function noteLatest({ latest }: DeviceState, arrival: PackedArrival, i: number, at: number): void {
  const quantity = arrival.quantities[i]!;
  const value = arrival.values[i]!;
  const fault = Number.isNaN(value) ? arrival.faults[i]! : null;
  const known = latest.get(quantity, i);
  if (!known) {
    latest.set(quantity, { at, value, receivedAt: arrival.receivedAt, isLate: arrival.isLate, fault });
    return;
  }
  if (at < known.at) return;
  known.at = at;
  known.value = value;
  known.receivedAt = arrival.receivedAt;
  known.isLate = arrival.isLate;
  known.fault = fault;
}
