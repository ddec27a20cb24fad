import type { Columns } from '../hot/columns.ts';
import type { History } from '../sealed/history.ts';
import {
  cut,
  hotReadings,
  isOutlived,
  mergeReadings,
  noReadings,
  sealedReadings,
  type Readings,
} from '../sealed/readings.ts';
import type { SeriesName } from '../face.ts';
import { chooseBuckets, type Buckets } from './edges.ts';
import { Fold, type BucketColumns } from './fold.ts';
import { holdFor } from './hold.ts';
import { rollupsOf } from './rollup.ts';
import { rollupFor } from './widths.ts';

/** One series as a query sees it: what of it is sealed, and what is hot. The id of its device is null while nothing is sealed. */
export interface Source {
  history: History;
  device: number | null;
  hot: Columns;
  quantity: string;
  isSwitch: boolean;
}

/** What a chart asks; see `points` of the face. */
export interface PointsQuery {
  series: readonly SeriesName[];
  from: number;
  to: number;
  count: number;
  holdMs: number;
  timeZone?: string;
}

/** The buckets of several series, in the order asked. */
export interface PointsAnswer {
  widthMs: number;
  columns: BucketColumns[];
}

/** Answers a chart. @param sourceOf what there is of a series */
export function answerPoints(
  { series, from, to, count, holdMs, timeZone }: PointsQuery,
  sourceOf: (series: SeriesName) => Source,
): PointsAnswer {
  const buckets = chooseBuckets(from, to, count, timeZone);
  const hold = holdFor(holdMs);
  const columns = series.map((one) => readPoints(sourceOf(one), from, to, buckets, hold));
  return { widthMs: buckets.widthMs, columns };
}

/** The readings of a series in `[from, to)`; what is hot corrects what is sealed. */
export function readReadings(source: Source, from: number, to: number): Readings {
  if (from >= to) return noReadings();
  const { history, device, hot, quantity } = source;
  const sealed = device === null ? noReadings() : sealedReadings(history, { device, quantity }, from, to);
  return mergeReadings(sealed, hotReadings(hot, quantity, from, to));
}

/**
 * The buckets of a series that `[from, to)` touches; only readings within it count. Whole buckets of sealed
 * readings come from rollups; the ends, and buckets with anything hot in them, from the readings themselves.
 */
function readPoints(
  source: Source,
  from: number,
  to: number,
  buckets: Buckets,
  holdMs: number,
): BucketColumns {
  const { edges } = buckets;
  const fold = new Fold(edges, holdMs, source.isSwitch);
  const widthMs = rollupFor(edges);
  const head = widthMs === null ? to : Math.min(to, Math.ceil(from / widthMs) * widthMs);
  const tail = widthMs === null ? to : Math.max(head, Math.floor(to / widthMs) * widthMs);
  fold.addReadings(readReadings(source, from, head));
  if (widthMs !== null) addWhole(fold, source, head, tail, widthMs);
  fold.addReadings(readReadings(source, tail, to));
  return fold.columns();
}

/** Adds buckets of a rollup's width: from rollups, and where anything is hot from readings. */
function addWhole(fold: Fold, source: Source, from: number, to: number, widthMs: number): void {
  const { history, device, quantity } = source;
  const addSealed = (begin: number, end: number): void => {
    if (device === null || begin >= end) return;
    for (const columns of history.rollups({ device, quantity }, widthMs, begin, end))
      fold.addRollups(columns, widthMs);
  };
  let at = from;
  for (const [begin, end] of hotStretches(source, from, to, widthMs)) {
    addSealed(at, begin);
    addHot(fold, source, begin, end, widthMs);
    at = end;
  }
  addSealed(at, to);
}

/** Adds buckets with hot readings: from readings, but for those whose sealed ones were pruned and left a rollup. */
function addHot(fold: Fold, source: Source, from: number, to: number, widthMs: number): void {
  const { history, device, quantity } = source;
  const readings = readReadings(source, from, to);
  const kept = device === null ? [] : rollupsOf(history.rollups({ device, quantity }, widthMs, from, to));
  let at = from;
  for (const rollup of kept.filter((one) => isOutlived(readings, one))) {
    fold.addReadings(cut(readings.times, readings.values, at, rollup.start));
    fold.addRollup(rollup, widthMs);
    at = rollup.start + widthMs;
  }
  fold.addReadings(at === from ? readings : cut(readings.times, readings.values, at, to));
}

/** Runs of neighbouring buckets that have a hot reading. */
function hotStretches(
  { hot, quantity }: Source,
  from: number,
  to: number,
  widthMs: number,
): [number, number][] {
  const runs: [number, number][] = [];
  const column = hot.values.get(quantity);
  if (!column) return runs;
  for (const at of cut(hot.times, column, from, to).times) {
    const open = runs.at(-1);
    if (open && at < open[1]) continue;
    const start = Math.floor(at / widthMs) * widthMs;
    if (open?.[1] === start) open[1] = start + widthMs;
    else runs.push([start, start + widthMs]);
  }
  return runs;
}
