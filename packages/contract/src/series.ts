import { Type, type Static } from 'typebox';
import { DeviceId, Instant } from './ids.ts';
import { QuantityName } from './quantities.ts';
import { closed, ms, nullable } from './shorthand.ts';

export const SeriesQuery = Type.Object(
  {
    device: DeviceId,
    quantities: Type.String({
      pattern: '^[a-zA-Z]+(,[a-zA-Z]+){0,7}$',
      description: 'One to eight quantities, comma-separated.',
      examples: ['temperature,setpoint,heating'],
    }),
    from: Instant,
    to: Instant,
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: 4000, default: 600 })),
  },
  closed,
);
export type SeriesQuery = Static<typeof SeriesQuery>;

/**
 * Buckets of one series, column by column and in order of time; empty buckets are left out, so a gap is a
 * step in `start` larger than `widthMs`. Choices count as their index in the quantity's list.
 */
export const SeriesPoints = Type.Object({
  quantity: QuantityName,
  widthMs: ms,
  start: Type.Array(Type.Integer()),
  count: Type.Array(Type.Integer()),
  min: Type.Array(Type.Number()),
  max: Type.Array(Type.Number()),
  mean: Type.Array(Type.Number()),
  last: Type.Array(Type.Number()),
  coveredMs: Type.Array(Type.Integer(), {
    description:
      'For how long of each bucket its readings speak: each until the next, unless that comes too late.',
  }),
  on: Type.Optional(
    Type.Object(
      {
        from: Type.Array(Type.Integer()),
        to: Type.Array(Type.Integer()),
        ms: Type.Array(Type.Integer()),
      },
      {
        description:
          'Of a switch: the stretch of time that the readings of each bucket speak for, each until the next, and for how many ms of it it was on. The same in sum at every width.',
      },
    ),
  ),
});
export type SeriesPoints = Static<typeof SeriesPoints>;
export const SeriesAnswer = Type.Object({
  device: DeviceId,
  from: Instant,
  to: Instant,
  periodMs: nullable(
    Type.Integer({ description: 'The device’s reporting period, to tell a gap from a rhythm.' }),
  ),
  series: Type.Array(SeriesPoints),
});
export type SeriesAnswer = Static<typeof SeriesAnswer>;
