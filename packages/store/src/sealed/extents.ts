import type { QuantityName } from '@hearth/contract';
import type { SeriesExtent } from '../face.ts';
import type { Columns } from '../hot/columns.ts';
import type { Summary } from './blocks.ts';
import { cut } from './readings.ts';

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** What a block adds to the extents of the series of its device. */
export function extentsOfBlock(block: {
  device: string;
  first: number;
  last: number;
  summary: Summary;
}): SeriesExtent[] {
  const { device, first, last, summary } = block;
  return Object.entries(summary).map(([quantity, [count]]) => ({
    device,
    quantity: quantity as QuantityName,
    first,
    last,
    count,
  }));
}

/** What columns that are not sealed add to them. */
export function extentsOfColumns(device: string, { times, values }: Columns): SeriesExtent[] {
  return [...values].flatMap(([quantity, column]) => {
    const { times: present } = cut(times, column, 0, Infinity);
    if (present.length === 0) return [];
    const [first, last] = [present[0]!, present.at(-1)!];
    return [{ device, quantity: quantity as QuantityName, first, last, count: present.length }];
  });
}

/** One extent for each series, by device and quantity, of all that there are of its parts. */
export function sumExtents(parts: Iterable<SeriesExtent>): SeriesExtent[] {
  const found = new Map<string, SeriesExtent>();
  for (const part of parts) {
    const key = `${part.device} ${part.quantity}`;
    const known = found.get(key);
    if (!known) found.set(key, { ...part });
    else {
      known.first = Math.min(known.first, part.first);
      known.last = Math.max(known.last, part.last);
      known.count += part.count;
    }
  }
  return [...found.values()].sort((a, b) => byText(a.device, b.device) || byText(a.quantity, b.quantity));
}
