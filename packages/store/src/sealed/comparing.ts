import { isDeepStrictEqual } from 'node:util';
import { rollUp, rollupsOf, type Rollup } from '../charts/rollup.ts';
import { rollupWidths } from '../charts/widths.ts';
import { isSwitch } from '../values.ts';
import type { ChainedBlock } from './chain.ts';
import type { History, SealedSeries } from './history.ts';
import { sealedReadings } from './readings.ts';
import type { Finding } from './verifying.ts';

/** A series that something is sealed of, with the name of its device. */
export interface NamedSeries extends SealedSeries {
  name: string;
}

/** Compares the rollups of a series with its readings, where there still are readings. @param pruned of its device */
export function compareRollups(
  history: History,
  series: NamedSeries,
  pruned: readonly ChainedBlock[],
): { rollups: number; findings: Finding[] } {
  const findings: Finding[] = [];
  try {
    return { rollups: compareByBlock(history, series, pruned, findings), findings };
  } catch (error) {
    const detail = `rollups of ${series.quantity}: ${(error as Error).message}`;
    findings.push({ what: 'unreadable', device: series.name, first: null, last: null, detail });
    return { rollups: 0, findings };
  }
}

function compareByBlock(
  history: History,
  series: NamedSeries,
  pruned: readonly ChainedBlock[],
  findings: Finding[],
): number {
  const { device, name, quantity } = series;
  const blocks = history.blocks(device, 0, Number.MAX_SAFE_INTEGER);
  let rollups = 0;
  for (const widthMs of rollupWidths) {
    let from = 0;
    for (const [i, block] of blocks.entries()) {
      // Buckets that this block shares with the next one are compared with that.
      const next = blocks[i + 1];
      const to = next ? Math.floor(next.first / widthMs) * widthMs : Number.MAX_SAFE_INTEGER;
      const begin = Math.max(from, Math.floor(block.first / widthMs) * widthMs);
      const kept = rollupsOf(history.rollups(series, widthMs, begin, to));
      const readings = sealedReadings(history, series, begin, to);
      const rolled = rollUp(readings, widthMs, isSwitch(quantity));
      rollups += kept.length;
      const wrong = differences(kept, rolled).find((start) => !isPruned(pruned, start, widthMs));
      if (wrong !== undefined)
        findings.push({
          what: 'rollup-wrong',
          device: name,
          first: wrong,
          last: wrong + widthMs - 1,
          detail: `the rollup of ${quantity} over ${widthMs} ms is not that of its readings`,
        });
      from = Math.max(begin, to);
    }
  }
  return rollups;
}

/** Whether some readings of a bucket were dropped, so that its rollup knows more than they do. */
function isPruned(ranges: readonly ChainedBlock[], start: number, widthMs: number): boolean {
  return ranges.some(([first, last]) => first < start + widthMs && last >= start);
}

/** Where the buckets begin in which they differ, in order. */
function differences(kept: readonly Rollup[], rolled: readonly Rollup[]): number[] {
  const others = new Map(rolled.map((rollup) => [rollup.start, rollup]));
  const starts: number[] = [];
  for (const rollup of kept) {
    if (!isDeepStrictEqual(rollup, others.get(rollup.start))) starts.push(rollup.start);
    others.delete(rollup.start);
  }
  return [...starts, ...others.keys()].sort((a, b) => a - b);
}
