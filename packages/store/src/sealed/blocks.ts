import { openEnvelope, sealEnvelope } from '../codec/envelope.ts';
import { decodeTimes, encodeTimes } from '../codec/times.ts';
import { absent, decodeValues, encodeValues } from '../codec/values.ts';
import { lowerBound, type Columns } from '../hot/columns.ts';
import { openContainer, packContainer } from './container.ts';
import type { Block } from './history.ts';
import { mergeTimes } from './readings.ts';

/** Instants of a full block: some days of a device that reports every ten seconds, and decoded within a millisecond. */
export const blockLimit = 32_768;

/** No block reaches across a multiple of this since the epoch, so that what is too old can be dropped: 30 days. */
export const blockSpanMs = 30 * 86_400_000;

const spanOf = (at: number): number => Math.floor(at / blockSpanMs);

/** The part of a block that has its instants; the others are named by their quantity. */
export const timesPart = '';

/** Of each quantity in a block: how many readings it has there (nulls too), and how many bytes they take. */
export type Summary = Record<string, [readings: number, bytes: number]>;

/** A block as it is kept. */
export interface SealedBlock {
  first: number;
  last: number;
  /** Instants. */
  count: number;
  summary: Summary;
  /** A container: instants, and a column of values for each quantity. */
  data: Uint8Array;
}

/** A block that was just made, and what is in it. */
export interface MadeBlock extends SealedBlock {
  columns: Columns;
}

/** A stretch of hot instants, `[begin, end)` of them, and the block that they go into; null for a new one. */
export interface Landing {
  into: Block | null;
  begin: number;
  end: number;
}

/**
 * Where hot instants land: in the block whose stretch they fall into, in their neighbour of the same 30 days, or in
 * a new one.
 * @param blocks all of the device, in order
 * @param atMost landings; what comes behind them is left out
 */
export function landings(times: Float64Array, blocks: readonly Block[], atMost: number): Landing[] {
  const found: Landing[] = [];
  let next = 0;
  for (let i = 0; i < times.length; i++) {
    const at = times[i]!;
    while (next < blocks.length && blocks[next]!.first <= at) next++;
    const into = withRoom(blocks[next - 1], at) ?? withRoom(blocks[next], at);
    const open = found.at(-1);
    if (open && open.into === into && (into !== null || spanOf(times[open.begin]!) === spanOf(at)))
      open.end = i + 1;
    else if (found.length === atMost) break;
    else found.push({ into, begin: i, end: i + 1 });
  }
  return found;
}

/** A full block takes only what belongs amid its own. */
function withRoom(block: Block | undefined, at: number): Block | null {
  const hasRoom =
    block && spanOf(block.first) === spanOf(at) && (at <= block.last || block.count < blockLimit);
  return hasRoom ? block : null;
}

/** Part of some columns. */
export function sliceColumns({ times, values }: Columns, begin: number, end: number): Columns {
  const slices = new Map<string, Float64Array>();
  for (const [quantity, column] of values) {
    const slice = column.subarray(begin, end);
    if (slice.some((value) => value !== absent)) slices.set(quantity, slice);
  }
  return { times: times.subarray(begin, end), values: slices };
}

/** Both in order of time; where both have a reading, the newer stands. */
export function mergeColumns(older: Columns, newer: Columns): Columns {
  const times = mergeTimes(older.times, newer.times);
  const values = new Map<string, Float64Array>();
  for (const [from, { times: own, values: columns }] of [older, newer].entries()) {
    const places = placesOf(times, own);
    for (const [quantity, column] of columns) {
      let merged = values.get(quantity);
      if (!merged) values.set(quantity, (merged = new Float64Array(times.length).fill(absent)));
      for (let i = 0; i < column.length; i++)
        if (from === 0 || column[i] !== absent) merged[places[i]!] = column[i]!;
    }
  }
  return { times, values };
}

/** Where each of `some` stands in `all`, which has them. */
function placesOf(all: Float64Array, some: Float64Array): Uint32Array {
  const places = new Uint32Array(some.length);
  let at = some.length === 0 ? 0 : lowerBound(all, some[0]!);
  for (let i = 0; i < some.length; i++) {
    while (all[at] !== some[i]) at++;
    places[i] = at;
  }
  return places;
}

/**
 * Makes blocks of columns, which are all of one 30 days.
 * @param isAppended a block is filled before the next begins; else they share alike, with room for what comes late
 */
export function makeBlocks(columns: Columns, isAppended: boolean): MadeBlock[] {
  const count = columns.times.length;
  const length = isAppended ? blockLimit : Math.ceil(count / Math.ceil(count / blockLimit));
  const blocks: MadeBlock[] = [];
  for (let begin = 0; begin < count; begin += length)
    blocks.push(makeBlock(sliceColumns(columns, begin, Math.min(count, begin + length))));
  return blocks;
}

function makeBlock(columns: Columns): MadeBlock {
  const { times, values } = columns;
  const parts = new Map<string, Uint8Array>([[timesPart, sealEnvelope(encodeTimes(times))]]);
  const summary: Summary = {};
  for (const [quantity, column] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const part = sealEnvelope(encodeValues(column));
    let readings = 0;
    for (let i = 0; i < column.length; i++) if (column[i] !== absent) readings++;
    parts.set(quantity, part);
    summary[quantity] = [readings, part.length];
  }
  const data = packContainer(parts);
  return { first: times[0]!, last: times.at(-1)!, count: times.length, summary, data, columns };
}

/** All columns of a block. @throws {DamagedBytesError} */
export function openBlock(data: Uint8Array): Columns {
  const parts = openContainer(data);
  const values = new Map<string, Float64Array>();
  for (const [quantity, part] of parts)
    if (quantity !== timesPart) values.set(quantity, decodeValues(openEnvelope(part)));
  return { times: decodeTimes(openEnvelope(parts.get(timesPart)!)), values };
}
