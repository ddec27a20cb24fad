import { ByteReader, ByteWriter, DamagedBytesError } from './bytes.ts';
import { fits, scales } from './scale.ts';

/** Stands in a column where the series has no reading at that instant; NaN is a reading that is null. */
export const absent = Infinity;

/** More than any block has. */
const lengthLimit = 1 << 24;

/** In place of a scale: the bits of each value. */
const bitsMode = 255;

/**
 * A column of values, aligned with the instants of its block. Readings move in steps of a sensor's resolution, so
 * they are kept as differences of whole numbers; a value that is no such multiple is kept exact beside them:
 *
 *   count of instants, runs of present and absent in turn, places of nulls,
 *   scale (or 255: bits), places and bits of the values that do not fit, differences of the others
 *
 * Places are distances to the place before. NaN is null, {@link absent} is no reading.
 */
export function encodeValues(column: Float64Array): Uint8Array {
  const out = new ByteWriter(column.length * 2 + 32);
  out.varint(column.length);
  const present = writeRuns(out, column);
  const nulls = writePlaces(out, present, Number.isNaN);
  const known = nulls.length === 0 ? present : present.filter((value) => !Number.isNaN(value));
  const scale = chooseScale(known);
  if (scale === null) writeBits(out, known);
  else writeScaled(out, known, scale);
  return out.view();
}

/** The inverse of {@link encodeValues}. @throws {DamagedBytesError} */
export function decodeValues(bytes: Uint8Array): Float64Array<ArrayBuffer> {
  const reader = new ByteReader(bytes);
  const count = reader.varint();
  if (count > lengthLimit)
    throw new DamagedBytesError(`a column of ${count} values is longer than any block`);
  const runs = readRuns(reader, count);
  const present = runs.reduce((sum, run, i) => sum + (i % 2 === 0 ? run : 0), 0);
  const nulls = readPlaces(reader);
  const known = readKnown(reader, present - nulls.length);
  return present === count && nulls.length === 0 ? known : spread(known, count, runs, nulls);
}

/** Puts values where they belong among nulls and absent cells. */
function spread(known: Float64Array, count: number, runs: readonly number[], nulls: readonly number[]) {
  const column = new Float64Array(count).fill(absent);
  let at = 0;
  let next = 0;
  let place = 0;
  let nextNull = 0;
  for (const [i, run] of runs.entries()) {
    const end = at + run;
    if (i % 2 === 0)
      for (let cell = at; cell < end; cell++, place++)
        column[cell] = nulls[nextNull] === place ? (nextNull++, NaN) : known[next++]!;
    at = end;
  }
  return column;
}

/** Lengths of the runs of present and absent cells, a present one first; gives the values that are present. */
function writeRuns(out: ByteWriter, column: Float64Array): Float64Array {
  const runs: number[] = [];
  let isPresent = true;
  let begin = 0;
  for (let i = 0; i <= column.length; i++) {
    if (i < column.length && (column[i] !== absent) === isPresent) continue;
    runs.push(i - begin);
    begin = i;
    isPresent = !isPresent;
  }
  out.varint(runs.length);
  for (const run of runs) out.varint(run);
  return runs.length <= 1 ? column : column.filter((value) => value !== absent);
}

function readRuns(reader: ByteReader, count: number): number[] {
  const runs = readIntegers(reader);
  if (runs.reduce((sum, run) => sum + run, 0) !== count)
    throw new DamagedBytesError('the runs of a column do not add up to its length');
  return runs;
}

/** As many integers as the first one says. */
function readIntegers(reader: ByteReader): number[] {
  const count = reader.varint();
  if (count > reader.end) throw new DamagedBytesError('the bytes end too soon');
  return Array.from({ length: count }, () => reader.varint());
}

/** Writes the places of some values, and gives them. */
function writePlaces(out: ByteWriter, column: Float64Array, isOne: (value: number) => boolean): number[] {
  const places: number[] = [];
  for (let i = 0; i < column.length; i++) if (isOne(column[i]!)) places.push(i);
  out.varint(places.length);
  let before = -1;
  for (const place of places) {
    out.varint(place - before - 1);
    before = place;
  }
  return places;
}

function readPlaces(reader: ByteReader): number[] {
  let before = -1;
  return readIntegers(reader).map((distance) => (before += distance + 1));
}

/** The least of the scales at which a value is a whole number; their count where it is at none. */
function scaleOf(value: number): number {
  let scale = 0;
  while (scale < scales.length && !fits(value, scale)) scale++;
  return scale;
}

/** The least scale at which all values fit but one in a hundred; null where bits are shorter. */
function chooseScale(values: Float64Array): number | null {
  const counts = new Uint32Array(scales.length + 1);
  let usual = 0;
  for (let i = 0; i < values.length; i++) {
    // Most values fit the usual scale: a wider one holds a narrower one's values. Rare ones do not make it wider.
    const scale = fits(values[i]!, usual) ? usual : scaleOf(values[i]!);
    const seen = ++counts[scale]!;
    if (scale > usual && scale < scales.length && seen > i / 100) usual = scale;
  }
  let left = values.length;
  for (let scale = 0; scale < scales.length; scale++) {
    left -= counts[scale]!;
    if (left <= values.length / 100) return scale;
  }
  return left > values.length / 4 ? null : scales.length - 1;
}

function writeScaled(out: ByteWriter, values: Float64Array, scale: number): void {
  const factor = scales[scale]!;
  const isMisfit = (value: number): boolean => !fits(value, scale);
  out.byte(scale);
  const misfits = writePlaces(out, values, isMisfit);
  for (const place of misfits) out.float64(values[place]!);
  const differences = new Float64Array(values.length - misfits.length);
  const fitting = misfits.length === 0 ? values : values.filter((value) => !isMisfit(value));
  let before = 0;
  for (let i = 0; i < fitting.length; i++) {
    const scaled = Math.round(fitting[i]! * factor);
    differences[i] = scaled - before;
    before = scaled;
  }
  out.zigzags(differences);
}

/** Byte by byte over all values: exponents are alike, and so lie side by side. */
function writeBits(out: ByteWriter, values: Float64Array): void {
  out.byte(bitsMode);
  const bytes = new Uint8Array(Float64Array.from(values).buffer);
  const planes = new Uint8Array(bytes.length);
  for (let plane = 0, at = 0; plane < 8; plane++)
    for (let i = plane; i < bytes.length; i += 8) planes[at++] = bytes[i]!;
  out.bytes(planes);
}

/** The values that are no nulls, in order. */
function readKnown(reader: ByteReader, count: number): Float64Array<ArrayBuffer> {
  if (count < 0) throw new DamagedBytesError('a column has more nulls than values');
  const scale = reader.byte();
  if (scale === bitsMode) return readBits(reader, count);
  const factor = scales[scale];
  if (factor === undefined) throw new DamagedBytesError(`scale ${scale} is not known to this Hearth`);
  const misfits = readPlaces(reader);
  const misfitValues = misfits.map(() => reader.float64());
  if (misfits.length > count) throw new DamagedBytesError('a column has more misfits than values');
  const values = new Float64Array(count - misfits.length);
  reader.zigzags(values);
  let scaled = 0;
  if (factor === 1) for (let i = 0; i < values.length; i++) values[i] = scaled += values[i]!;
  else for (let i = 0; i < values.length; i++) values[i] = (scaled += values[i]!) / factor;
  return misfits.length === 0 ? values : withMisfits(values, misfits, misfitValues);
}

function withMisfits(values: Float64Array, misfits: readonly number[], misfitValues: readonly number[]) {
  const all = new Float64Array(values.length + misfits.length);
  let next = 0;
  for (let i = 0, fitting = 0; i < all.length; i++)
    all[i] = misfits[next] === i ? misfitValues[next++]! : values[fitting++]!;
  return all;
}

function readBits(reader: ByteReader, count: number): Float64Array<ArrayBuffer> {
  const planes = reader.bytes(count * 8);
  const values = new Float64Array(count);
  const bytes = new Uint8Array(values.buffer);
  for (let plane = 0, at = 0; plane < 8; plane++)
    for (let i = plane; i < bytes.length; i += 8) bytes[i] = planes[at++]!;
  return values;
}
