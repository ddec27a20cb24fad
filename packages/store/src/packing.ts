import type { QuantityName } from '@hearth/contract';
import type { Arrival } from './face.ts';
import { encodeValue } from './values.ts';

/**
 * Arrivals on their way to the writer's thread. `numbers` has for each arrival device, boot (NaN: no key),
 * seq, at, receivedAt, isLate and the number of its cells, then quantity and value of each cell (NaN: null).
 * Devices, quantities and faults are places in `names`; faults are keyed by their cell's place in `numbers`.
 */
export interface PackedArrivals {
  names: string[];
  numbers: Float64Array<ArrayBuffer>;
  faults: Map<number, string>;
}

const headLength = 7;
const cellLength = 2;

/** One value of an arrival, as the store keeps it. */
export interface Cell {
  quantity: string;
  value: number | null;
  fault: string | null;
}

/** One arrival, unpacked. */
export interface PackedArrival {
  device: string;
  key: { boot: number; seq: number } | null;
  at: number;
  receivedAt: number;
  isLate: boolean;
  cells: Cell[];
}

function assertCounter(value: number, name: string, arrival: Arrival): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`${name} of an arrival of ${arrival.device} must be a whole number ≥ 0, got ${value}`);
}

/** Packs arrivals so that they cross threads without being cloned object by object. @throws {TypeError} */
export function pack(arrivals: readonly Arrival[]): PackedArrivals {
  const names: string[] = [];
  const places = new Map<string, number>();
  const placeOf = (name: string): number => {
    let place = places.get(name);
    if (place === undefined) {
      place = names.push(name) - 1;
      places.set(name, place);
    }
    return place;
  };
  const numbers: number[] = [];
  const faults = new Map<number, string>();
  for (const arrival of arrivals) {
    const { key, values } = arrival;
    const quantities = Object.keys(values) as QuantityName[];
    numbers.push(
      placeOf(arrival.device),
      key ? assertCounter(key.boot, 'boot', arrival) : NaN,
      key ? assertCounter(key.seq, 'seq', arrival) : NaN,
      assertCounter(arrival.at, 'at', arrival),
      assertCounter(arrival.receivedAt, 'receivedAt', arrival),
      arrival.isLate ? 1 : 0,
      quantities.length,
    );
    for (const quantity of quantities) {
      const fault = arrival.faults?.[quantity];
      if (fault !== undefined) faults.set(numbers.length, fault);
      numbers.push(placeOf(quantity), encodeValue(quantity, values[quantity] ?? null));
    }
  }
  return { names, numbers: Float64Array.from(numbers), faults };
}

/** The arrivals of a batch, in their order. */
export function* unpack({ names, numbers, faults }: PackedArrivals): Generator<PackedArrival> {
  for (let i = 0; i < numbers.length;) {
    const [device, boot, seq, at, receivedAt, isLate, count] = numbers.subarray(i, i + headLength);
    i += headLength;
    const cells: Cell[] = [];
    for (const end = i + count! * cellLength; i < end; i += cellLength) {
      const value = numbers[i + 1]!;
      cells.push({
        quantity: names[numbers[i]!]!,
        value: Number.isNaN(value) ? null : value,
        fault: faults.get(i) ?? null,
      });
    }
    yield {
      device: names[device!]!,
      key: Number.isNaN(boot) ? null : { boot: boot!, seq: seq! },
      at: at!,
      receivedAt: receivedAt!,
      isLate: isLate === 1,
      cells,
    };
  }
}
