import type { QuantityName } from '@hearth/contract';
import type { SeriesUsage } from '../face.ts';
import type { Summary } from './blocks.ts';

const dayMs = 86_400_000;

/** What is looked at for the rate: long enough for a week's habits, short enough for what changed lately. */
const lookBackMs = 30 * dayMs;

/** A block of a device, and the bytes of its data. */
export interface UsageHead {
  device: string;
  first: number;
  last: number;
  size: number;
  summary: Summary;
}

/** How much room each series takes, and how fast that grows: measured on what was sealed of late. */
export function seriesUsage(
  heads: readonly UsageHead[],
  { rollupsB, usedB }: { rollupsB: number; usedB: number },
  now: number,
): SeriesUsage[] {
  const blocksB = heads.reduce((sum, { size }) => sum + size, 0);
  const rollupShare = blocksB === 0 ? 0 : rollupsB / blocksB;
  // Pages are seldom full, and the chain grows as well.
  const padding = blocksB === 0 ? 1 : Math.max(1, usedB / (blocksB * (1 + rollupShare)));
  const series = measure(heads, now);
  for (const one of series) {
    one.readingsBPerDay *= padding;
    one.rollupsBPerDay = one.readingsBPerDay * rollupShare;
  }
  return series;
}

/** What is added up of a series: what of it is within the look-back, and since when. */
interface Tally {
  usage: SeriesUsage;
  lateB: number;
  from: number;
}

function measure(heads: readonly UsageHead[], now: number): SeriesUsage[] {
  const since = now - lookBackMs;
  const tallies = new Map<string, Tally>();
  const tallyOf = (device: string, quantity: string): Tally => {
    let tally = tallies.get(`${device} ${quantity}`);
    if (!tally) {
      const name = { device, quantity: quantity as QuantityName };
      tally = {
        usage: { ...name, readings: 0, bytes: 0, readingsBPerDay: 0, rollupsBPerDay: 0 },
        lateB: 0,
        from: now,
      };
      tallies.set(`${device} ${quantity}`, tally);
    }
    return tally;
  };
  for (const { device, first, last, size, summary } of heads) {
    const quantities = Object.entries(summary);
    // Instants are shared by all quantities of the block.
    const timesB = size - quantities.reduce((sum, [, [, bytes]]) => sum + bytes, 0);
    const share = last < since ? 0 : Math.min(1, (last - since) / Math.max(1, last - first));
    for (const [quantity, [readings, own]] of quantities) {
      const tally = tallyOf(device, quantity);
      const bytes = own + timesB / quantities.length;
      tally.usage.readings += readings;
      tally.usage.bytes += bytes;
      tally.lateB += bytes * share;
      if (share > 0) tally.from = Math.min(tally.from, Math.max(first, since));
    }
  }
  return Array.from(tallies.values(), ({ usage, lateB, from }) =>
    Object.assign(usage, { readingsBPerDay: lateB / Math.max(1, (now - from) / dayMs) }),
  );
}
