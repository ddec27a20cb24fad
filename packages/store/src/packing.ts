import type { QuantityName } from '@hearth/contract';
import { ByteReader, ByteWriter, DamagedBytesError } from './codec/bytes.ts';
import { scaled, scales } from './codec/scale.ts';
import type { Arrival } from './face.ts';
import { encodeValue } from './values.ts';

/**
 * Arrivals as bytes: they cross to the store's thread so, and so they stand in its journal.
 *
 *   names (count, texts); count of arrivals; then of each:
 *   flags, place of the device's name, boot and seq where flagged, time since the arrival before, time under way,
 *   count of cells, and of each cell: place of the quantity's name × 16 + tag, and what the tag announces
 */
export type PackedArrivals = Uint8Array<ArrayBuffer>;

const flag = { hasKey: 1, isLate: 2 } as const;
const flagsMax = flag.hasKey | flag.isLate;

/** What stands behind a cell's tag; below these, a tag is the scale of a whole number. */
const tag = { bits: 7, none: 8, fault: 9 } as const;
const tagLimit = 16;

function assertCounter(value: number, name: string, arrival: Arrival): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`${name} of an arrival of ${arrival.device} must be a whole number ≥ 0, got ${value}`);
}

/** Beyond this, differences of two instants no longer fit: the year 73,000. */
const instantLimit = 2 ** 51;

function assertInstant(value: number, name: string, arrival: Arrival): number {
  if (assertCounter(value, name, arrival) < instantLimit) return value;
  throw new TypeError(
    `${name} of an arrival of ${arrival.device} is no instant that can be kept, got ${value}`,
  );
}

/** Names by their place, in the order in which they were first used. */
function createPlaces() {
  const places = new Map<string, number>();
  return {
    of(name: string): number {
      let place = places.get(name);
      if (place === undefined) places.set(name, (place = places.size));
      return place;
    },
    writeTo(out: ByteWriter): void {
      out.varint(places.size);
      for (const name of places.keys()) out.text(name);
    },
  };
}

type Places = ReturnType<typeof createPlaces>;

function packCell(out: ByteWriter, quantity: number, value: number, fault: number | null): void {
  const head = quantity * tagLimit;
  if (Number.isNaN(value)) {
    out.varint(head + (fault === null ? tag.none : tag.fault));
    if (fault !== null) out.varint(fault);
    return;
  }
  for (let scale = 0; scale < scales.length; scale++) {
    const whole = scaled(value, scale);
    if (whole === null) continue;
    out.varint(head + scale);
    out.zigzag(whole);
    return;
  }
  out.varint(head + tag.bits);
  out.float64(value);
}

function packArrival(out: ByteWriter, places: Places, arrival: Arrival, before: number): void {
  const { key, values, faults } = arrival;
  out.byte((key ? flag.hasKey : 0) | (arrival.isLate ? flag.isLate : 0));
  out.varint(places.of(arrival.device));
  if (key) {
    out.varint(assertCounter(key.boot, 'boot', arrival));
    out.varint(assertCounter(key.seq, 'seq', arrival));
  }
  out.zigzag(assertInstant(arrival.at, 'at', arrival) - before);
  out.zigzag(assertInstant(arrival.receivedAt, 'receivedAt', arrival) - arrival.at);
  const quantities = Object.keys(values) as QuantityName[];
  out.varint(quantities.length);
  for (const quantity of quantities) {
    const fault = faults?.[quantity];
    const value = encodeValue(quantity, values[quantity] ?? null);
    packCell(out, places.of(quantity), value, fault === undefined ? null : places.of(fault));
  }
}

/** @throws {TypeError} for a value that its quantity cannot have, or a counter that is none. */
export function packArrivals(arrivals: readonly Arrival[]): PackedArrivals {
  const places = createPlaces();
  const body = new ByteWriter(arrivals.length * 48 + 64);
  let before = 0;
  for (const arrival of arrivals) {
    packArrival(body, places, arrival, before);
    before = arrival.at;
  }
  const out = new ByteWriter(body.length + 256);
  places.writeTo(out);
  out.varint(arrivals.length);
  out.bytes(body.view());
  return out.take();
}

/** One arrival as it is unpacked. The object is the same for all of a batch, and its cells are. */
export interface PackedArrival {
  device: string;
  hasKey: boolean;
  boot: number;
  seq: number;
  at: number;
  receivedAt: number;
  isLate: boolean;
  count: number;
  /** Of each of the `count` cells. NaN is null. */
  quantities: string[];
  values: number[];
  faults: (string | null)[];
}

/** Names that were read lately, each once: to look for the very same text is much cheaper than for one alike. */
const knownNames = new Map<string, string>();
const knownNamesLimit = 10_000;

function sameName(name: string): string {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  if (knownNames.size >= knownNamesLimit) knownNames.clear();
  knownNames.set(name, name);
  return name;
}

/** Visits the arrivals of a batch in their order; gives how many there are. @throws {DamagedBytesError} */
export function unpackArrivals(
  packed: Uint8Array,
  visit: (arrival: PackedArrival, place: number) => void,
): number {
  const reader = new ByteReader(packed);
  const names = Array.from({ length: reader.varint() }, () => sameName(reader.text()));
  const count = reader.varint();
  const one: PackedArrival = {
    device: '',
    hasKey: false,
    boot: 0,
    seq: 0,
    at: 0,
    receivedAt: 0,
    isLate: false,
    count: 0,
    quantities: [],
    values: [],
    faults: [],
  };
  for (let i = 0; i < count; i++) {
    unpackArrival(reader, names, one);
    visit(one, i);
  }
  return count;
}

function unpackArrival(reader: ByteReader, names: readonly string[], one: PackedArrival): void {
  const flags = reader.byte();
  if (flags > flagsMax)
    throw new DamagedBytesError(`flags ${flags} of an arrival are not known to this Hearth`);
  one.device = names[reader.varint()]!;
  one.hasKey = (flags & flag.hasKey) !== 0;
  one.isLate = (flags & flag.isLate) !== 0;
  one.boot = one.hasKey ? reader.varint() : 0;
  one.seq = one.hasKey ? reader.varint() : 0;
  one.at += reader.zigzag();
  one.receivedAt = one.at + reader.zigzag();
  one.count = reader.varint();
  for (let i = 0; i < one.count; i++) {
    const head = reader.varint();
    const kind = head & (tagLimit - 1);
    if (kind > tag.fault) throw new DamagedBytesError(`tag ${kind} of a value is not known to this Hearth`);
    one.quantities[i] = names[Math.floor(head / tagLimit)]!;
    one.faults[i] = kind === tag.fault ? names[reader.varint()]! : null;
    if (kind < scales.length) one.values[i] = reader.zigzag() / scales[kind]!;
    else one.values[i] = kind === tag.bits ? reader.float64() : NaN;
  }
}

/** How many arrivals a batch has. */
export function countArrivals(packed: Uint8Array): number {
  const reader = new ByteReader(packed);
  for (let names = reader.varint(); names > 0; names--) reader.bytes(reader.varint());
  return reader.varint();
}
