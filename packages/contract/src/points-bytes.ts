import type { SeriesAnswer, SeriesPoints } from './series.ts';

/** What a client accepts that wants points as bytes. */
export const pointsMediaType = 'application/vnd.hearth.points';

const columnNames = ['start', 'count', 'min', 'max', 'mean', 'last', 'coveredMs'] as const;
const onNames = ['from', 'to', 'ms'] as const;

type ColumnName = (typeof columnNames)[number];
type OnName = (typeof onNames)[number];

/** Points of one series whose columns are views of the bytes that came. */
export type SeriesColumns = Pick<SeriesPoints, 'quantity' | 'widthMs'> &
  Record<ColumnName, Float64Array> & { on?: Record<OnName, Float64Array> };

/** An answer of the series route as bytes, in columns that a chart takes as they are. */
export type PointsAnswer = Omit<SeriesAnswer, 'series'> & { series: SeriesColumns[] };

/** What stands before the columns, as JSON. */
type Head = Omit<SeriesAnswer, 'series'> & {
  series: { quantity: SeriesPoints['quantity']; widthMs: number; points: number; isSwitch: boolean }[];
};

const lengthB = 4;
const alignmentB = 8;

/**
 * Points as bytes: length of the head (4 bytes, little-endian), the head as JSON, zeros up to a multiple of eight, and
 * then of each series column after column as IEEE 754 binary64, little-endian: start, count, min, max, mean, last,
 * coveredMs, and of a switch from, to and ms of its time on.
 */
export function encodePoints(answer: PointsAnswer): Uint8Array<ArrayBuffer> {
  const { series, ...rest } = answer;
  const head: Head = {
    ...rest,
    series: series.map(({ quantity, widthMs, start, on }) => ({
      quantity,
      widthMs,
      points: start.length,
      isSwitch: on !== undefined,
    })),
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const begin = Math.ceil((lengthB + text.length) / alignmentB) * alignmentB;
  const columns: Float64Array[] = [];
  for (const one of series) {
    for (const name of columnNames) columns.push(one[name]);
    if (one.on) for (const name of onNames) columns.push(one.on[name]);
  }
  const bytes = new Uint8Array(begin + columns.reduce((sum, { length }) => sum + length * 8, 0));
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, lengthB);
  let at = begin;
  for (const column of columns) {
    new Float64Array(bytes.buffer, at, column.length).set(column);
    at += column.length * 8;
  }
  return bytes;
}

/** The inverse of {@link encodePoints}; the columns are views of `buffer`. @throws {RangeError} where it is too short */
export function decodePoints(buffer: ArrayBuffer): PointsAnswer {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, lengthB, length))) as Head;
  let at = Math.ceil((lengthB + length) / alignmentB) * alignmentB;
  const next = <N extends string>(names: readonly N[], points: number): Record<N, Float64Array> => {
    const columns = names.map((name) => {
      const column = new Float64Array(buffer, at, points);
      at += points * 8;
      return [name, column] as const;
    });
    return Object.fromEntries(columns) as Record<N, Float64Array>;
  };
  const series = head.series.map(({ quantity, widthMs, points, isSwitch }): SeriesColumns => {
    const one = Object.assign({ quantity, widthMs }, next(columnNames, points));
    return isSwitch ? Object.assign(one, { on: next(onNames, points) }) : one;
  });
  return { ...head, series };
}
