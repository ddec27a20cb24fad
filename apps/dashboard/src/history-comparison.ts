import type { SeriesAnswer } from '@hearth/contract';
import type { SeriesWish } from './api/queries.ts';
import type { Format } from './format.ts';
import { edgesOf, shifted, type Edges, type Stretch } from './history-stretch.ts';
import { sourcesOf, wishesOf, type HistorySources } from './room-history.ts';
import type { RoomView } from './room-view.ts';
import { gapMs, linePoints, type Compared } from './series-points.ts';

const dayMs = 86_400_000;

/** The same days of the week, earlier. */
const earlier = {
  week: { words: 'a week before', ms: 7 * dayMs },
  year: { words: 'a year before', ms: 364 * dayMs },
} as const;

/** What a room's temperature is compared with: itself earlier, or another room, and how much later that is drawn. */
export interface Comparison {
  /** Of the choice: `week`, `year`, or `room/` and an id. */
  value: string;
  words: string;
  temperature: NonNullable<HistorySources['temperature']>;
  shiftMs: number;
}

/** All that a room can be compared with, over a stretch of so many ms. */
export function comparisonsOf(view: RoomView, others: readonly RoomView[], ms: number): Comparison[] {
  const own = sourcesOf(view).temperature;
  if (!own) return [];
  const before = (['week', 'year'] as const).flatMap((value): Comparison[] => {
    const { words, ms: shiftMs } = earlier[value];
    return ms <= shiftMs ? [{ value, words, temperature: own, shiftMs }] : [];
  });
  const rooms = others.flatMap((other): Comparison[] => {
    const { temperature } = sourcesOf(other);
    if (!temperature || other.room.id === view.room.id) return [];
    return [{ value: `room/${other.room.id}`, words: other.room.name, temperature, shiftMs: 0 }];
  });
  return [...before, ...rooms];
}

/** Which series a comparison needs, and when. */
export function wishOf(
  { temperature, shiftMs }: Comparison,
  stretch: Stretch,
  nowAt: number,
): { wishes: SeriesWish[]; stretch: Stretch } {
  const none = { setpoint: null, heating: [], live: null, recent: [] };
  const wishes = wishesOf({ temperature, ...none }, false);
  if (shiftMs === 0) return { wishes, stretch };
  // By the minute: else each moment would be another question.
  const to = Math.ceil(nowAt / 60_000) * 60_000;
  const edges = edgesOf(stretch, to);
  return { wishes, stretch: shifted(edges, -shiftMs / (edges.to - edges.from)) };
}

/** The line to compare with, at the instants of the curve that is compared; null while it is not here. */
export function comparedOf(
  { words, temperature, shiftMs }: Comparison,
  answer: SeriesAnswer | undefined,
  { from, to }: Edges,
  format: Format,
): Compared | null {
  const points = answer?.series.find(({ quantity }) => quantity === temperature.quantity);
  if (!answer || !points) return null;
  const line = linePoints(points, answer.periodMs).map(({ x, y }) => ({
    x: x + shiftMs,
    y: format.fromCelsius(y),
  }));
  return {
    words,
    temperature: line.filter(({ x }) => from <= x && x <= to),
    longestMs: gapMs(points.widthMs, answer.periodMs),
  };
}
