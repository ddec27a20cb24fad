import type { SeriesPoints } from '@hearth/contract';
import type { HeatSpan } from './heat-spans.ts';

/** A point of a line; a NaN `y` is a gap. */
export interface Point {
  x: number;
  y: number;
}

/** The spread of each bucket, for ranges whose buckets hide the swing; a NaN is a gap. */
export interface Band {
  x: number;
  min: number;
  max: number;
}

/** What a history chart draws, in the unit that is shown. */
export interface History {
  from: number;
  to: number;
  /** Two temperatures further apart than this, in ms, have a gap between them. */
  longestMs: number;
  /** The least and most that was measured, which the means of {@link temperature} do not reach. */
  extremes: { low: number; high: number } | null;
  temperature: Point[];
  band: Band[];
  setpoint: Point[];
  /** Where it is known whether it was heated, in order; off is a span as well, with a share of 0. */
  heating: HeatSpan[];
  /** Another temperature to compare with, at the instants of this one. */
  compared?: Compared;
}

/** The temperature of another room, or of this one at another time. */
export interface Compared {
  /** 'Kitchen', 'a week before' */
  words: string;
  temperature: Point[];
  longestMs: number;
}

/** A step of time larger than this is a gap and not a rhythm. */
export function gapMs(widthMs: number, periodMs: number | null): number {
  return Math.max(2 * widthMs, 3 * (periodMs ?? 0));
}

/** Walks the buckets; where something is missing before one, says since when. */
function walk(
  points: SeriesPoints,
  periodMs: number | null,
  visit: (i: number, start: number, gapFrom: number | null) => void,
): void {
  const longest = gapMs(points.widthMs, periodMs);
  points.start.forEach((start, i) => {
    const before = points.start[i - 1];
    visit(i, start, before !== undefined && start - before > longest ? before + points.widthMs : null);
  });
}

/** The mean of each bucket at its middle, with a NaN wherever something is missing. */
export function linePoints(points: SeriesPoints, periodMs: number | null): Point[] {
  const out: Point[] = [];
  walk(points, periodMs, (i, start, gapFrom) => {
    if (gapFrom !== null) out.push({ x: gapFrom, y: NaN });
    out.push({ x: start + points.widthMs / 2, y: points.mean[i] ?? NaN });
  });
  return out;
}

/** Least and most of each bucket at its middle, broken at gaps. */
export function bandPoints(points: SeriesPoints, periodMs: number | null): Band[] {
  const out: Band[] = [];
  walk(points, periodMs, (i, start, gapFrom) => {
    if (gapFrom !== null) out.push({ x: gapFrom, min: NaN, max: NaN });
    out.push({
      x: start + points.widthMs / 2,
      min: points.min[i] ?? NaN,
      max: points.max[i] ?? NaN,
    });
  });
  return out;
}

/** A step line: only the corners, as a setpoint rests for hours; broken at gaps. */
export function stepPoints(points: SeriesPoints, periodMs: number | null): Point[] {
  const out: Point[] = [];
  let level = NaN;
  let end = NaN;
  walk(points, periodMs, (i, start, gapFrom) => {
    const next = points.last[i] ?? NaN;
    if (gapFrom !== null) out.push({ x: end, y: level }, { x: end, y: NaN }, { x: start, y: next });
    else if (next !== level) out.push(...(i > 0 ? [{ x: start, y: level }] : []), { x: start, y: next });
    level = next;
    end = start + points.widthMs;
  });
  if (points.start.length > 0) out.push({ x: end, y: level });
  return out;
}

/** The least and most that was measured; null where nothing was. */
export function extremesOf({ min, max }: SeriesPoints): History['extremes'] {
  return min.length === 0 ? null : { low: Math.min(...min), high: Math.max(...max) };
}

/** Adds a live value at the end of a line, unless the line has it already. */
export function withLive(line: Point[], at: number, y: number | null, longestMs: number): Point[] {
  const last = line.at(-1);
  if (y === null || (last && at <= last.x)) return line;
  const isGap = last && at - last.x > longestMs;
  return [...line, ...(isGap ? [{ x: last.x + 1, y: NaN }] : []), { x: at, y }];
}

/** The index of the last point at or before `x`; -1 before the first. */
export function indexAt(points: readonly { x: number }[], x: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.x ?? Infinity) <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
