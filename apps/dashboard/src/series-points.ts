import type { SeriesPoints } from '@hearth/contract';

/** A point of a line; a NaN `y` is a gap. */
export interface Point {
  x: number;
  y: number;
}

/** A stretch of time in which the heating was on for a share of it, above 0 up to 1. */
export interface HeatSpan {
  from: number;
  to: number;
  share: number;
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
  temperature: Point[];
  band: Band[];
  setpoint: Point[];
  heating: HeatSpan[];
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

/** When the heating was on: neighbouring buckets of the same share are one span. */
export function heatSpans(points: SeriesPoints): HeatSpan[] {
  const out: HeatSpan[] = [];
  points.start.forEach((start, i) => {
    const share = points.mean[i] ?? 0;
    if (share <= 0) return;
    const last = out.at(-1);
    if (last && last.to === start && Math.abs(last.share - share) < 0.01) last.to += points.widthMs;
    else out.push({ from: start, to: start + points.widthMs, share });
  });
  return out;
}

/** How long the heating was on, in ms. */
export function heatedMs(spans: readonly HeatSpan[]): number {
  return spans.reduce((sum, { from, to, share }) => sum + (to - from) * share, 0);
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

/** What a history says at one instant; null where it has nothing. */
export interface ReadOut {
  at: number;
  temperature: number | null;
  setpoint: number | null;
  /** Share of heating, 0 to 1. */
  heating: number;
}

const known = (y: number | undefined) => (y === undefined || Number.isNaN(y) ? null : y);

/** The values nearest to an instant. */
export function readAt(history: History, x: number): ReadOut {
  const { temperature, setpoint, heating } = history;
  const i = indexAt(temperature, x);
  const before = temperature[i];
  const after = temperature[i + 1];
  const isInGap = before && Number.isNaN(before.y);
  const isAfterNearer = after && !Number.isNaN(after.y) && (!before || after.x - x < x - before.x);
  const nearest = isAfterNearer && !isInGap ? after : before;
  const step = setpoint[indexAt(setpoint, x)];
  const isSetKnown = step && x <= (setpoint.at(-1)?.x ?? 0);
  return {
    at: isInGap ? x : (nearest?.x ?? x),
    temperature: known(nearest?.y),
    setpoint: isSetKnown ? known(step.y) : null,
    heating: heating.find((spanned) => spanned.from <= x && x < spanned.to)?.share ?? 0,
  };
}

/** About `count` rows of a history, evenly spread, newest first. */
export function tableRows(history: History, count: number): ReadOut[] {
  const stepMs = (history.to - history.from) / count;
  return Array.from({ length: count }, (_, i) => {
    const x = history.to - (i + 0.5) * stepMs;
    return { ...readAt(history, x), at: x };
  });
}
