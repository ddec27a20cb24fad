import { rollUp, type Rollup } from '../charts/rollup.ts';
import { rollupSpans, rollupWidths } from '../charts/widths.ts';
import { lowerBound, type Columns } from '../hot/columns.ts';
import { isSwitch } from '../values.ts';
import { cut, isOutlived, joinReadings, type Readings } from './readings.ts';
import { decodeRollups, encodeRollups, type DeviceRollups } from './rollup-columns.ts';

const widestMs = rollupWidths.at(-1)!;

/** What is in the blocks of a device that touch `[from, to)`, in order. */
export type ReadableBlocks = (from: number, to: number) => Columns[];

/** The widest bucket in which an instant lies. */
export function widestOf(at: number): { from: number; to: number } {
  const from = Math.floor(at / widestMs) * widestMs;
  return { from, to: from + widestMs };
}

/** Rollups that stand in place of all of a quantity in `[from, to)`. */
interface Patch {
  quantity: string;
  from: number;
  to: number;
  /** What they are made of. */
  readings: Readings;
  rollups: Rollup[];
}

/** A row of rollups that is to be renewed. */
export interface RowPatch {
  widthMs: number;
  /** Where its span begins. */
  start: number;
  patches: Patch[];
}

/** Rolls up anew every bucket of a device in which one of these readings lies, which are in its blocks. */
export function rollAnew(blocks: ReadableBlocks, changed: Columns): RowPatch[] {
  const stretches = stretchesOf(changed).map((one) =>
    Object.assign(one, { readings: readingsIn(blocks, one) }),
  );
  return rollupWidths.flatMap((widthMs) => {
    const patches = stretches.map(({ quantity, from, to, readings }): Patch => ({
      quantity,
      from,
      to,
      readings,
      rollups: rollUp(readings, widthMs, isSwitch(quantity)),
    }));
    return Array.from(byRow(patches, rollupSpans.get(widthMs)!), ([start, own]) => ({
      widthMs,
      start,
      patches: own,
    }));
  });
}

function readingsIn(blocks: ReadableBlocks, { quantity, from, to }: Stretch): Readings {
  return joinReadings(
    blocks(from, to).flatMap(({ times, values }) => {
      const column = values.get(quantity);
      return column ? [cut(times, column, from, to)] : [];
    }),
  );
}

/** What a row becomes of what it was; null when nothing is in it. @throws {DamagedBytesError} */
export function patchRow(before: Uint8Array | null, { widthMs, start, patches }: RowPatch): Buffer | null {
  const all: DeviceRollups = before ? decodeRollups(before, start, widthMs) : new Map();
  for (const patch of patches)
    all.set(patch.quantity, patched(all.get(patch.quantity) ?? [], patch, start, widthMs));
  for (const [quantity, rollups] of all) if (rollups.length === 0) all.delete(quantity);
  return all.size > 0 ? encodeRollups(all, start, widthMs) : null;
}

function patched(
  before: readonly Rollup[],
  { from, to, readings, rollups }: Patch,
  row: number,
  widthMs: number,
): Rollup[] {
  const end = row + rollupSpans.get(widthMs)!;
  const kept = before.filter(
    (rollup) => rollup.start < from || rollup.start >= to || isOutlived(readings, rollup),
  );
  const starts = new Set(kept.map(({ start }) => start));
  const own = rollups.filter(({ start }) => start >= row && start < end && !starts.has(start));
  return [...kept, ...own].sort((a, b) => a.start - b.start);
}

function byRow(patches: readonly Patch[], span: number): Map<number, Patch[]> {
  const rows = new Map<number, Patch[]>();
  for (const patch of patches)
    for (let row = Math.floor(patch.from / span) * span; row < patch.to; row += span)
      rows.set(row, [...(rows.get(row) ?? []), patch]);
  return rows;
}

/** Neighbouring widest buckets in which readings of a quantity lie. */
interface Stretch {
  quantity: string;
  from: number;
  to: number;
}

function stretchesOf({ times, values }: Columns): Stretch[] {
  const runs: Stretch[] = [];
  for (const [quantity, column] of values) {
    const own = cut(times, column, 0, Infinity).times;
    for (let i = 0; i < own.length; i = lowerBound(own, runs.at(-1)!.to)) {
      const open = runs.at(-1);
      const { from, to } = widestOf(own[i]!);
      if (open?.quantity === quantity && open.to === from) open.to = to;
      else runs.push({ quantity, from, to });
    }
  }
  return runs;
}
