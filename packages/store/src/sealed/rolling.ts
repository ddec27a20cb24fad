import { rollUp, type Rollup } from '../charts/rollup.ts';
import { rollupSpans, rollupWidths } from '../charts/widths.ts';
import { lowerBound, type Columns } from '../hot/columns.ts';
import { isSwitch } from '../values.ts';
import type { History } from './history.ts';
import { cut, isOutlived, sealedReadings, type Readings } from './readings.ts';
import { decodeRollups, encodeRollups, type DeviceRollups } from './rollup-columns.ts';

const widestMs = rollupWidths.at(-1)!;

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

/** Rolls up anew every bucket of a device in which one of these readings lies, which are sealed by now. */
export function rollAnew(history: History, device: number, changed: Columns): RowPatch[] {
  const stretches = stretchesOf(changed).map((one) =>
    Object.assign(one, {
      readings: sealedReadings(history, { device, quantity: one.quantity }, one.from, one.to),
    }),
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

/** What a row becomes of what it was; null when nothing is in it. @throws {DamagedBytesError} */
export function patchRow(
  before: Uint8Array | undefined,
  { widthMs, start, patches }: RowPatch,
): Buffer | null {
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

/** Of each quantity, runs of neighbouring widest buckets in which readings lie. */
function stretchesOf({ times, values }: Columns): { quantity: string; from: number; to: number }[] {
  const runs: { quantity: string; from: number; to: number }[] = [];
  for (const [quantity, column] of values) {
    const own = cut(times, column, 0, Infinity).times;
    for (let i = 0; i < own.length; i = lowerBound(own, runs.at(-1)!.to)) {
      const open = runs.at(-1);
      const from = Math.floor(own[i]! / widestMs) * widestMs;
      if (open?.quantity === quantity && open.to === from) open.to = from + widestMs;
      else runs.push({ quantity, from, to: from + widestMs });
    }
  }
  return runs;
}
