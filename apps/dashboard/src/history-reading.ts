import { indexAt, type History, type Point } from './series-points.ts';

/** What a history says at one instant or of one span; null where it has nothing. */
interface Values {
  temperature: number | null;
  setpoint: number | null;
  /** Share of the time in which it was heated, 0 to 1. */
  heating: number | null;
}

/** What a history says at one instant. */
export interface ReadOut extends Values {
  /** When the temperature was measured; the instant itself where there is none. */
  at: number;
  /** What it is compared with. */
  compared: number | null;
}

/** What a history says of a span of time: the mean temperature, the setpoint at its end. */
export interface TableRow extends Values {
  from: number;
  to: number;
}

const isKnown = ({ y }: { y: number }): boolean => !Number.isNaN(y);

function setpointAt({ setpoint }: History, x: number): number | null {
  const step = setpoint[indexAt(setpoint, x)];
  const isWithin = step && isKnown(step) && x <= (setpoint.at(-1)?.x ?? 0);
  return isWithin ? step.y : null;
}

/** The point nearest to an instant, and none that is further from it than a gap is long. */
function nearest(line: readonly Point[], longestMs: number, x: number): Point | null {
  const i = indexAt(line, x);
  const before = line[i];
  const after = line[i + 1];
  if (before && !isKnown(before)) return null;
  const isAfterNearer = after && isKnown(after) && (!before || after.x - x < x - before.x);
  const point = isAfterNearer ? after : before;
  return point && Math.abs(point.x - x) <= longestMs ? point : null;
}

/** The values nearest to an instant, and none that are further from it than a gap is long. */
export function readAt(history: History, x: number): ReadOut {
  const { temperature, heating, longestMs, compared } = history;
  const point = nearest(temperature, longestMs, x);
  const at = point?.x ?? x;
  return {
    at,
    temperature: point?.y ?? null,
    setpoint: setpointAt(history, x),
    heating: heating.find((span) => span.from <= x && x < span.to)?.share ?? null,
    compared: compared ? (nearest(compared.temperature, compared.longestMs, at)?.y ?? null) : null,
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The share of heating in a span, over the part of it of which that is known. */
function heatingIn({ heating }: History, from: number, to: number): number | null {
  let [on, known] = [0, 0];
  for (const span of heating) {
    const ms = Math.min(span.to, to) - Math.max(span.from, from);
    if (ms <= 0) continue;
    known += ms;
    on += ms * span.share;
  }
  return known === 0 ? null : on / known;
}

/** `count` spans of equal length, newest first. Each speaks only of readings within it: `from` < x ≤ `to`. */
export function tableRows(history: History, count: number): TableRow[] {
  const stepMs = (history.to - history.from) / count;
  return Array.from({ length: count }, (_, i): TableRow => {
    const to = history.to - i * stepMs;
    const from = to - stepMs;
    const isWithin = (point: { x: number; y: number }) => point.x > from && point.x <= to && isKnown(point);
    return {
      from,
      to,
      temperature: mean(history.temperature.filter(isWithin).map(({ y }) => y)),
      setpoint: setpointAt(history, to) ?? history.setpoint.findLast(isWithin)?.y ?? null,
      heating: heatingIn(history, from, to),
    };
  });
}
