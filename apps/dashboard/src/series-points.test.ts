import type { SeriesPoints } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { bandPoints, extremesOf, indexAt, linePoints, stepPoints, withLive } from './series-points.ts';

const widthMs = 100;
function buckets(entries: [start: number, value: number][], quantity = 'temperature'): SeriesPoints {
  const values = entries.map(([, value]) => value);
  return {
    quantity: quantity as SeriesPoints['quantity'],
    widthMs,
    start: entries.map(([start]) => start),
    count: entries.map(() => 1),
    min: values.map((value) => value - 1),
    max: values.map((value) => value + 1),
    mean: values,
    last: values,
    coveredMs: values.map(() => 0),
  };
}

describe('lines from buckets', () => {
  it('sit in the middle of their bucket and break where buckets are missing', () => {
    const line = linePoints(
      buckets([
        [0, 20],
        [100, 21],
        [400, 19],
      ]),
      null,
    );
    expect(line.map(({ x }) => x)).toEqual([50, 150, 200, 450]);
    expect(line.map(({ y }) => y)).toEqual([20, 21, NaN, 19]);
  });

  it('do not break where the device merely reports more seldom than a bucket is wide', () => {
    const line = linePoints(
      buckets([
        [0, 20],
        [300, 21],
        [600, 19],
      ]),
      300,
    );
    expect(line.map(({ y }) => y)).toEqual([20, 21, 19]);
  });

  it('carry least and most of each bucket, broken at the same places', () => {
    expect(
      bandPoints(
        buckets([
          [0, 20],
          [400, 19],
        ]),
        null,
      ),
    ).toEqual([
      { x: 50, min: 19, max: 21 },
      { x: 100, min: NaN, max: NaN },
      { x: 450, min: 18, max: 20 },
    ]);
  });

  it('of a setpoint are corners only, ending where the data ends', () => {
    const steps = stepPoints(
      buckets([
        [0, 18],
        [100, 18],
        [200, 21],
        [300, 21],
      ]),
      null,
    );
    expect(steps).toEqual([
      { x: 0, y: 18 },
      { x: 200, y: 18 },
      { x: 200, y: 21 },
      { x: 400, y: 21 },
    ]);
  });

  it('of a setpoint stop at a gap and begin again after it', () => {
    const steps = stepPoints(
      buckets([
        [0, 18],
        [500, 21],
      ]),
      null,
    );
    expect(steps.map(({ x, y }) => [x, y])).toEqual([
      [0, 18],
      [100, 18],
      [100, NaN],
      [500, 21],
      [600, 21],
    ]);
  });

  it('grow by a live value, across a gap only with a break', () => {
    const line = [{ x: 50, y: 20 }];
    expect(withLive(line, 40, 21, 100)).toBe(line);
    expect(withLive(line, 90, null, 100)).toBe(line);
    expect(withLive(line, 90, 21, 100)).toEqual([...line, { x: 90, y: 21 }]);
    expect(withLive(line, 900, 21, 100).map(({ y }) => y)).toEqual([20, NaN, 21]);
  });

  it('know the real least and most of their buckets, which no mean reaches', () => {
    expect(
      extremesOf(
        buckets([
          [0, 20],
          [100, 23],
        ]),
      ),
    ).toEqual({ low: 19, high: 24 });
    expect(extremesOf(buckets([]))).toBeNull();
  });

  it('are searched for the last point at or before an instant', () => {
    expect([-1, 0, 5, 10, 99].map((x) => indexAt([{ x: 0 }, { x: 10 }], x))).toEqual([-1, 0, 0, 1, 1]);
  });
});
