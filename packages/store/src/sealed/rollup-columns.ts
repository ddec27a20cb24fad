import { rollupsOf, type Rollup, type RollupColumns } from '../charts/rollup.ts';
import { ByteReader, ByteWriter, DamagedBytesError } from '../codec/bytes.ts';
import { openEnvelope, sealEnvelope } from '../codec/envelope.ts';
import { decodeValues, encodeValues } from '../codec/values.ts';
import { isSwitch } from '../values.ts';
import { openContainer, packContainer } from './container.ts';

/** When the readings of a bucket were: much the same for all quantities of a device. */
const timeFields = ['start', 'firstAt', 'lastAt', 'silentMs'] as const;
const valueFields = ['count', 'min', 'max', 'sum', 'last'] as const;
const switchFields = [...valueFields, 'onMs', 'onSilentMs'] as const;

type Field = (typeof timeFields)[number] | (typeof switchFields)[number];

/** The part that has the times of most; the others are named by their quantity. */
const sharedPart = '';

/** Rollups of one device, width and span, by quantity, in order. */
export type DeviceRollups = Map<string, Rollup[]>;

/**
 * A container of rollups. Its first part has the times of the quantity with most buckets; each other has 0 where its
 * own are the same, or 1 and its own, and then column by column what its buckets roll up to. A bucket's start is kept
 * as its place in the row, its first and last reading as distances from its start and from its end.
 * @param row where the span of the row begins
 */
export function encodeRollups(rollups: DeviceRollups, row: number, widthMs: number): Buffer {
  const quantities = [...rollups.keys()].sort();
  const longest = [...rollups.values()].toSorted((a, b) => b.length - a.length)[0] ?? [];
  const parts = new Map<string, Uint8Array>();
  parts.set(sharedPart, sealEnvelope(encodeFields(longest, timeFields, row, widthMs).view()));
  for (const quantity of quantities) {
    const own = rollups.get(quantity)!;
    const out = new ByteWriter(own.length * 8 + 64);
    const isShared = hasSameTimes(own, longest);
    out.byte(isShared ? 0 : 1);
    if (!isShared) out.bytes(encodeFields(own, timeFields, row, widthMs).view());
    out.bytes(encodeFields(own, isSwitch(quantity) ? switchFields : valueFields, row, widthMs).view());
    parts.set(quantity, sealEnvelope(out.view()));
  }
  return packContainer(parts);
}

function hasSameTimes(a: readonly Rollup[], b: readonly Rollup[]): boolean {
  return (
    a.length === b.length && a.every((one, i) => timeFields.every((field) => one[field] === b[i]![field]))
  );
}

function encodeFields(
  rollups: readonly Rollup[],
  fields: readonly Field[],
  row: number,
  widthMs: number,
): ByteWriter {
  const out = new ByteWriter(rollups.length * 8 + 64);
  for (const field of fields) {
    const encoded = encodeValues(Float64Array.from(rollups, (rollup) => toKept(rollup, field, row, widthMs)));
    out.varint(encoded.length);
    out.bytes(encoded);
  }
  return out;
}

function toKept(rollup: Rollup, field: Field, row: number, widthMs: number): number {
  if (field === 'start') return (rollup.start - row) / widthMs;
  if (field === 'firstAt') return rollup.firstAt - rollup.start;
  return field === 'lastAt' ? rollup.start + widthMs - rollup.lastAt : rollup[field];
}

/** All rollups of a row. @throws {DamagedBytesError} */
export function decodeRollups(data: Uint8Array, row: number, widthMs: number): DeviceRollups {
  const found: DeviceRollups = new Map();
  for (const quantity of openContainer(data).keys())
    if (quantity !== sharedPart)
      found.set(quantity, rollupsOf(decodeRollupsOf(data, quantity, row, widthMs)));
  return found;
}

/** Those of one quantity, in no columns where the row has none. @throws {DamagedBytesError} */
export function decodeRollupsOf(
  data: Uint8Array,
  quantity: string,
  row: number,
  widthMs: number,
): RollupColumns[] {
  const parts = openContainer(data);
  const part = parts.get(quantity);
  if (!part) return [];
  const reader = new ByteReader(openEnvelope(part));
  const isShared = reader.byte() === 0;
  const times = isShared ? new ByteReader(openEnvelope(parts.get(sharedPart)!)) : reader;
  const start = readColumn(times);
  const column = (from: ByteReader): Float64Array => readColumn(from, start.length);
  const [firstAt, lastAt, silentMs] = [column(times), column(times), column(times)];
  for (let i = 0; i < start.length; i++) {
    const at = row + start[i]! * widthMs;
    start[i] = at;
    firstAt[i]! += at;
    lastAt[i] = at + widthMs - lastAt[i]!;
  }
  const [count, min, max] = [column(reader), column(reader), column(reader)];
  const [sum, last] = [column(reader), column(reader)];
  const [onMs, onSilentMs] = isSwitch(quantity) ? [column(reader), column(reader)] : [null, null];
  return [{ start, count, min, max, sum, last, firstAt, lastAt, silentMs, onMs, onSilentMs }];
}

/** @param length where it is known */
function readColumn(reader: ByteReader, length?: number): Float64Array {
  const column = decodeValues(reader.bytes(reader.varint()));
  if (length !== undefined && column.length !== length)
    throw new DamagedBytesError('a column of rollups has another length');
  return column;
}
