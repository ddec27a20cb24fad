import { absent } from '../codec/values.ts';
import { lowerBound, type Columns } from '../hot/columns.ts';
import type { History, SealedSeries } from './history.ts';

/** Readings of one series in order of time. NaN is a null. */
export interface Readings {
  times: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
}

/** Anew each time, as answers are transferred. */
export const noReadings = (): Readings => ({ times: new Float64Array(), values: new Float64Array() });

/** The readings of a column in `[from, to)`: its cells that are not absent. */
export function cut(times: Float64Array, column: Float64Array, from: number, to: number): Readings {
  const begin = lowerBound(times, from);
  const end = lowerBound(times, to);
  const found = { times: times.slice(begin, end), values: column.slice(begin, end) };
  return found.values.includes(absent) ? withoutAbsent(found) : found;
}

function withoutAbsent({ times, values }: Readings): Readings {
  let count = 0;
  for (let i = 0; i < times.length; i++) {
    if (values[i] === absent) continue;
    times[count] = times[i]!;
    values[count++] = values[i]!;
  }
  return { times: times.slice(0, count), values: values.slice(0, count) };
}

/** The sealed readings of a series in `[from, to)`. */
export function sealedReadings(
  history: History,
  { device, quantity }: SealedSeries,
  from: number,
  to: number,
): Readings {
  const parts: Readings[] = [];
  for (const block of history.blocks(device, from, to)) {
    const column = history.values(quantity, block.id);
    if (column) parts.push(cut(history.times(block.id), column, from, to));
  }
  return joinReadings(parts);
}

/** What is sealed at an instant of a series; `absent` where nothing is. */
export function sealedAt(history: History, { device, quantity }: SealedSeries, at: number): number {
  const block = history.blocks(device, at, at + 1)[0];
  const column = block ? history.values(quantity, block.id) : null;
  if (!block || !column) return absent;
  const times = history.times(block.id);
  const place = lowerBound(times, at);
  return times[place] === at ? column[place]! : absent;
}

/** What is hot of a series in `[from, to)`. */
export function hotReadings(hot: Columns, quantity: string, from: number, to: number): Readings {
  const column = hot.values.get(quantity);
  return column ? cut(hot.times, column, from, to) : noReadings();
}

/**
 * Whether the readings behind a rollup are gone: its first one is not among those that are left. Only pruning takes
 * readings away, as what is corrected to null keeps its instant; the rollup then knows more than they do.
 */
export function isOutlived({ times }: Readings, { firstAt }: { firstAt: number }): boolean {
  return times[lowerBound(times, firstAt)] !== firstAt;
}

/** Readings of one series, some after the other. */
export function joinReadings(parts: readonly Readings[]): Readings {
  if (parts.length === 1) return parts[0]!;
  const length = parts.reduce((sum, { times }) => sum + times.length, 0);
  const all = { times: new Float64Array(length), values: new Float64Array(length) };
  let at = 0;
  for (const { times, values } of parts) {
    all.times.set(times, at);
    all.values.set(values, at);
    at += times.length;
  }
  return all;
}

/** Both in order of time; where both have an instant, the newer stands. */
export function mergeReadings(older: Readings, newer: Readings): Readings {
  if (newer.times.length === 0) return older;
  if (older.times.length === 0 || older.times.at(-1)! < newer.times[0]!) return joinReadings([older, newer]);
  const merged = mergeTimes(older.times, newer.times);
  const values = new Float64Array(merged.length);
  let next = 0;
  let nextNewer = 0;
  for (let i = 0; i < merged.length; i++) {
    if (older.times[next] === merged[i]) values[i] = older.values[next++]!;
    if (newer.times[nextNewer] === merged[i]) values[i] = newer.values[nextNewer++]!;
  }
  return { times: merged, values };
}

/** The instants of both, each once, in order. */
export function mergeTimes(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const merged = new Float64Array(a.length + b.length);
  let count = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; count++) {
    const next = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    if (a[i] === next) i++;
    if (b[j] === next) j++;
    merged[count] = next;
  }
  return merged.slice(0, count);
}
