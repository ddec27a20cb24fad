import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePoints, encodePoints, type PointsAnswer } from './points-bytes.ts';

const columnsOf = (points: number, names: readonly string[]) =>
  fc
    .tuple(...names.map(() => fc.float64Array({ minLength: points, maxLength: points })))
    .map((columns) => Object.fromEntries(names.map((name, i) => [name, columns[i]])));

const series = fc
  .nat({ max: 20 })
  .chain((points) =>
    fc
      .tuple(
        columnsOf(points, ['start', 'count', 'min', 'max', 'mean', 'last', 'coveredMs']),
        fc.option(columnsOf(points, ['from', 'to', 'ms']), { nil: undefined }),
      )
      .map(([columns, on]) =>
        Object.assign({ quantity: 'heating', widthMs: 900_000 }, columns, on && { on }),
      ),
  );

test('points come back from their bytes, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(series, { maxLength: 4 }), (all) => {
      const answer = {
        device: 'hall',
        from: 1,
        to: 2,
        periodMs: null,
        series: all,
      } as unknown as PointsAnswer;
      expect(decodePoints(encodePoints(answer).buffer)).toEqual(answer);
    }),
  );
});

test('bytes that end too soon are an error', () => {
  const answer = { device: 'hall', from: 1, to: 2, periodMs: null, series: [] };
  const bytes = encodePoints(answer);
  expect(() => decodePoints(bytes.buffer.slice(0, 20))).toThrow(RangeError);
});
