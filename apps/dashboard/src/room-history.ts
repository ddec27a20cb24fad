import type { QuantityName, SeriesAnswer, SeriesPoints } from '@hearth/contract';
import type { SeriesWish } from './api/queries.ts';
import type { Format } from './format.ts';
import { edgesOf, type Edges, type Stretch } from './history-stretch.ts';
import { eitherHeating, heatSpans, type HeatSpan } from './heat-spans.ts';
import { numberOf, type RoomView } from './room-view.ts';
import {
  bandPoints,
  extremesOf,
  gapMs,
  linePoints,
  stepPoints,
  withLive,
  type History,
  type Point,
} from './series-points.ts';

const dayMs = 86_400_000;

/** The ranges of the history, with about how many buckets each is drawn. */
export const ranges = {
  '24h': { label: '24 h', liveMs: 10_000, words: 'last 24 hours', lastMs: dayMs, points: 288 },
  '7d': { label: '7 d', liveMs: 60_000, words: 'last 7 days', lastMs: 7 * dayMs, points: 336 },
  '30d': { label: '30 d', liveMs: 600_000, words: 'last 30 days', lastMs: 30 * dayMs, points: 360 },
  '1y': { label: '1 y', liveMs: 600_000, words: 'last year', lastMs: 365 * dayMs, points: 365 },
} as const;
/** A range of the history. */
export type RangeName = keyof typeof ranges;

/** The range and detail of a card's sparkline: a quarter of an hour a bucket. */
export const sparkRange = { lastMs: dayMs, points: 96, liveMs: 60_000 } as const;

/** Where a room's history comes from, and the live value at its end. */
export interface HistorySources {
  temperature: { device: string; quantity: QuantityName } | null;
  setpoint: string | null;
  /** Any of these heating means the room is heated. */
  heating: readonly string[];
  /** The newest temperature, at the end of the curve. */
  live: LiveValue | null;
  /** Those that came while this is shown, in order: what was stored last is not fetched yet. */
  recent: readonly LiveValue[];
}

/** A temperature and when it was measured. */
interface LiveValue {
  at: number;
  celsius: number;
}

/** The sources of a room's history, with its newest temperature as the live value. */
export function sourcesOf(view: RoomView): HistorySources {
  const { temperature, setpoint, room } = view;
  const celsius = numberOf(temperature);
  return {
    // A room outside has its temperature under another name.
    temperature: temperature && {
      device: temperature.deviceId,
      quantity: room.temperatureFrom ? 'temperature' : 'outsideTemperature',
    },
    setpoint: setpoint?.deviceId ?? null,
    heating: room.heatingFrom,
    live: temperature && celsius !== null ? { at: temperature.latest.at, celsius } : null,
    recent: [],
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
  for (const heater of sources.heating) want(heater, 'heating');
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

/** Buckets this wide hide the swing, and a value of now at the end of their means would be a spike, ms. */
const wideMs = 1_200_000;

/** The temperature's share of a history: its line with the live values at its end, or with its spread. */
function temperatureOf(
  found: Found | null,
  { live, recent }: HistorySources,
  { from, to }: Edges,
  format: Format,
): Pick<History, 'temperature' | 'band' | 'extremes' | 'longestMs'> {
  if (!found) return { temperature: [], band: [], extremes: null, longestMs: 0 };
  const { points, periodMs } = found;
  const longestMs = gapMs(points.widthMs, periodMs);
  const isWide = points.widthMs >= wideMs;
  // The newest bucket is drawn at the middle of what has come of it.
  const newestX = ((points.start.at(-1) ?? 0) + to) / 2;
  const drawn = linePoints(points, periodMs).map(({ x, y }) => ({ x: Math.min(x, newestX), y }));
  const tail = isWide ? [] : [...recent, ...(live ? [live] : [])].filter(({ at }) => from < at && at <= to);
  const line = tail.reduce((grown, { at, celsius }) => withLive(grown, at, celsius, longestMs), drawn);
  const stored = extremesOf(points);
  const values = [stored?.low, stored?.high, ...line.slice(drawn.length).map(({ y }) => y)].filter(
    (value) => value !== undefined && !Number.isNaN(value),
  ) as number[];
  return {
    temperature: convert(line, format),
    band: isWide
      ? bandPoints(points, periodMs).map(({ x, min, max }) => ({
          x: Math.min(x, to),
          min: format.fromCelsius(min),
          max: format.fromCelsius(max),
        }))
      : [],
    extremes:
      values.length > 0
        ? { low: format.fromCelsius(Math.min(...values)), high: format.fromCelsius(Math.max(...values)) }
        : null,
    longestMs,
  };
}

const within = (spans: HeatSpan[], from: number, to: number): HeatSpan[] =>
  spans.flatMap((span) =>
    span.to <= from || span.from >= to
      ? []
      : { from: Math.max(span.from, from), to: Math.min(span.to, to), share: span.share },
  );

/** The history of a room over a stretch of time, in the unit shown, with the live value at its end; null while nothing is here. */
export function historyOf(
  sources: HistorySources,
  answers: readonly (SeriesAnswer | undefined)[],
  stretch: Stretch,
  format: Format,
): History | null {
  const answered = answers.filter((answer) => answer !== undefined);
  if (answered.length === 0) return null;
  const { live } = sources;
  const temperature =
    sources.temperature && find(answers, sources.temperature.device, sources.temperature.quantity);
  const setpoint = find(answers, sources.setpoint, 'setpoint');
  const heaters = sources.heating.flatMap((device) => find(answers, device, 'heating') ?? []);
  const { from, to } = edgesOf(stretch, Math.max(live?.at ?? 0, ...answered.map((answer) => answer.to)));
  const steps = setpoint ? convert(stepPoints(setpoint.points, setpoint.periodMs), format) : [];
  return {
    from,
    to,
    ...temperatureOf(temperature, sources, { from, to }, format),
    setpoint: steps.map(({ x, y }) => ({ x: Math.min(x, to), y })),
    heating: within(eitherHeating(heaters.map(({ points }) => heatSpans(points))), from, to),
  };
}
