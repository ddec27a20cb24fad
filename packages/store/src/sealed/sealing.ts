import { rollupSpans, rollupWidths } from '../charts/widths.ts';
import { lowerBound, type Columns } from '../hot/columns.ts';
import {
  landings,
  makeBlocks,
  mergeColumns,
  openBlock,
  sliceColumns,
  type Landing,
  type MadeBlock,
} from './blocks.ts';
import { digested, type DigestedBlock } from './chain.ts';
import type { Block } from './history.ts';
import { patchRow, rollAnew, widestOf, type ReadableBlocks } from './rolling.ts';

/** So many landings are sealed at a time: what they need of what is sealed fits into memory. */
const landingsAtOnce = 8;

/** A row of rollups, by its width and where its span begins. */
export interface RowKey {
  widthMs: number;
  start: number;
}

/** Hot readings that are sealed at a time. */
export interface Piece {
  columns: Columns;
  /** Where its instants land; places are those of `columns`. */
  landings: Landing[];
  /** The blocks that it changes, and those with readings in the same hours. */
  blocks: Block[];
  /** The rows that have rollups of these hours. */
  rows: RowKey[];
}

/** What is there of what a piece needs. */
export interface Ground {
  /** The bytes of each of its blocks. */
  blocks: ReadonlyMap<number, Uint8Array>;
  /** Of each of its rows, in their order; null for one that is not there. */
  rows: readonly (Uint8Array | null)[];
}

/** What sealing a piece changes. */
export interface Change {
  /** Blocks by their id. */
  removed: number[];
  added: DigestedBlock[];
  /** What each of its rows is from now on, in their order; null for none. */
  rows: (Uint8Array | null)[];
}

/** The first part of what is hot, as much as is sealed at a time. @param blocks all of the device, in order */
export function firstPiece(hot: Columns, blocks: readonly Block[]): Piece {
  const own = landings(hot.times, blocks, landingsAtOnce);
  const columns = beforePlace(hot, own.at(-1)!.end);
  const { times } = columns;
  const isNeeded = (block: Block): boolean =>
    own.some(
      ({ into, begin, end }) =>
        into?.id === block.id ||
        (block.last >= widestOf(times[begin]!).from && block.first < widestOf(times[end - 1]!).to),
    );
  return { columns, landings: own, blocks: blocks.filter(isNeeded), rows: rowsOf(times) };
}

/** What is hot without its first piece. */
export function withoutPiece(hot: Columns, { columns }: Piece): Columns {
  return sliceColumns(hot, columns.times.length, hot.times.length);
}

const beforePlace = (hot: Columns, end: number): Columns =>
  end === hot.times.length ? hot : sliceColumns(hot, 0, end);

function rowsOf(times: Float64Array): RowKey[] {
  return rollupWidths.flatMap((widthMs) => {
    const span = rollupSpans.get(widthMs)!;
    const rows: RowKey[] = [];
    for (let i = 0; i < times.length; i = lowerBound(times, rows.at(-1)!.start + span))
      rows.push({ widthMs, start: Math.floor(times[i]! / span) * span });
    return rows;
  });
}

/**
 * Works out what sealing a piece of a device changes: from bytes alone, so that any thread can.
 * @throws {DamagedBytesError}
 */
export function sealPiece(device: string, piece: Piece, ground: Ground): Change {
  const removed: number[] = [];
  const made: MadeBlock[] = [];
  for (const { into, begin, end } of piece.landings) {
    const newer = sliceColumns(piece.columns, begin, end);
    const isAppended = into === null || newer.times[0]! > into.last;
    if (into !== null) removed.push(into.id);
    const all = into === null ? newer : mergeColumns(openBlock(ground.blocks.get(into.id)!), newer);
    made.push(...makeBlocks(all, isAppended));
  }
  const kept = piece.blocks.filter(({ id }) => !removed.includes(id));
  const patches = rollAnew(readable(kept, ground, made), piece.columns);
  return {
    removed,
    added: made.map((block) => digested(device, block)),
    rows: piece.rows.map((row, i) => {
      const before = ground.rows[i]!;
      const patch = patches.find(({ widthMs, start }) => widthMs === row.widthMs && start === row.start);
      return patch ? patchRow(before, patch) : before;
    }),
  };
}

/** Blocks as they will be: those that stay, which are opened where they are read, and those that were made. */
function readable(kept: readonly Block[], ground: Ground, made: readonly MadeBlock[]): ReadableBlocks {
  const opened = new Map<number, Columns>();
  const open = ({ id }: Block): Columns => {
    let columns = opened.get(id);
    if (!columns) opened.set(id, (columns = openBlock(ground.blocks.get(id)!)));
    return columns;
  };
  const all = [
    ...kept.map((block) => ({ first: block.first, last: block.last, columns: () => open(block) })),
    ...made.map(({ first, last, columns }) => ({ first, last, columns: () => columns })),
  ].sort((a, b) => a.first - b.first);
  return (from, to) =>
    all.filter(({ first, last }) => first < to && last >= from).map((one) => one.columns());
}
