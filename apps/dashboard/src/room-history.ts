import type { QuantityName, SeriesAnswer, SeriesPoints } from '@hearth/contract';
import type { SeriesWish } from './api/queries.ts';
import type { Format } from './format.ts';
import { numberOf, type RoomView } from './room-view.ts';
import {
  bandPoints,
  gapMs,
  heatSpans,
  linePoints,
  stepPoints,
  withLive,
  type History,
  type Point,
} from './series-points.ts';

const dayMs = 86_400_000;

/** The ranges of the history, with about how many buckets each is drawn. */
export const ranges = {
  '24h': { label: '24 h', liveMs: 10_000, words: 'last 24 hours', ms: dayMs, points: 288 },
  '7d': { label: '7 d', liveMs: 60_000, words: 'last 7 days', ms: 7 * dayMs, points: 336 },
  '30d': { label: '30 d', liveMs: 600_000, words: 'last 30 days', ms: 30 * dayMs, points: 360 },
  '1y': { label: '1 y', liveMs: 600_000, words: 'last year', ms: 365 * dayMs, points: 365 },
} as const;
/** A range of the history. */
export type RangeName = keyof typeof ranges;

/** The range and detail of a card's sparkline: a quarter of an hour a bucket. */
export const sparkRange = { ms: dayMs, points: 96, liveMs: 60_000 } as const;

/** Where a room's history comes from, and the live value at its end. */
export interface HistorySources {
  temperature: { device: string; quantity: QuantityName } | null;
  setpoint: string | null;
  heating: string | null;
  /** The newest temperature and when, both rounded: a curve need not be drawn again for less. */
  live: { at: number; celsius: number } | null;
}

/** The sources of a room's history; the live value moves in steps of `everyMs` or a tenth of a degree. */
export function sourcesOf(view: RoomView, everyMs: number): HistorySources {
  const { temperature, setpoint, room } = view;
  const celsius = numberOf(temperature);
  return {
    // A room outside has its temperature under another name.
    temperature: temperature && {
      device: temperature.deviceId,
      quantity: room.temperatureFrom ? 'temperature' : 'outsideTemperature',
    },
    setpoint: setpoint?.deviceId ?? null,
    heating: room.heatingFrom[0] ?? null,
    live:
      temperature && celsius !== null
        ? {
            at: Math.floor(temperature.latest.at / everyMs) * everyMs,
            celsius: Math.round(celsius * 10) / 10,
          }
        : null,
  };
}

/** Which series a history needs, by device; a device that gives several is asked once. */
export function wishesOf(sources: HistorySources, hasSetpoint: boolean): SeriesWish[] {
  const byDevice = new Map<string, QuantityName[]>();
  const want = (device: string | null, quantity: QuantityName) => {
    if (device) byDevice.set(device, [...(byDevice.get(device) ?? []), quantity]);
  };
  if (sources.temperature) want(sources.temperature.device, sources.temperature.quantity);
  if (hasSetpoint) want(sources.setpoint, 'setpoint');
  want(sources.heating, 'heating');
  return [...byDevice].map(([device, quantities]) => ({ device, quantities }));
}

interface Found {
  points: SeriesPoints;
  periodMs: number | null;
}

function find(
  answers: readonly (SeriesAnswer | undefined)[],
  device: string | null,
  quantity: QuantityName,
): Found | null {
  const answer = answers.find((one) => one?.device === device);
  const points = answer?.series.find((series) => series.quantity === quantity);
  return answer && points ? { points, periodMs: answer.periodMs } : null;
}

const convert = (line: Point[], format: Format): Point[] =>
  line.map(({ x, y }) => ({ x, y: format.fromCelsius(y) }));

/** The history of a room, in the unit shown, with the live value at its end; null while nothing is here. */
export function historyOf(
  sources: HistorySources,
  answers: readonly (SeriesAnswer | undefined)[],
  rangeMs: number,
  format: Format,
): History | null {
  const answered = answers.filter((answer) => answer !== undefined);
  if (answered.length === 0) return null;
  const { live } = sources;
  const temperature =
    sources.temperature && find(answers, sources.temperature.device, sources.temperature.quantity);
  const setpoint = find(answers, sources.setpoint, 'setpoint');
  const heating = find(answers, sources.heating, 'heating');
  const to = Math.max(live?.at ?? 0, ...answered.map((answer) => answer.to));
  const line = temperature ? linePoints(temperature.points, temperature.periodMs) : [];
  const longest = temperature ? gapMs(temperature.points.widthMs, temperature.periodMs) : rangeMs;
  // The newest bucket is drawn at its middle, which may not have come yet.
  const drawn = line.map(({ x, y }) => ({ x: Math.min(x, to), y }));
  const isWide = (temperature?.points.widthMs ?? 0) >= 1_200_000;
  return {
    from: to - rangeMs,
    to,
    // At the end of a line of daily means a value of now would be a spike.
    temperature: convert(
      isWide ? drawn : withLive(drawn, live?.at ?? 0, live?.celsius ?? null, longest),
      format,
    ),
    band:
      temperature && isWide
        ? bandPoints(temperature.points, temperature.periodMs).map(({ x, min, max }) => ({
            x,
            min: format.fromCelsius(min),
            max: format.fromCelsius(max),
          }))
        : [],
    setpoint: setpoint
      ? convert(stepPoints(setpoint.points, setpoint.periodMs), format).map(({ x, y }) => ({
          x: Math.min(x, to),
          y,
        }))
      : [],
    heating: heating
      ? heatSpans(heating.points).map((span) => ({
          from: span.from,
          to: Math.min(span.to, to),
          share: span.share,
        }))
      : [],
  };
}
