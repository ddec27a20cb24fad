import type { SeriesPoints } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import {
  bandPoints,
  heatSpans,
  heatedMs,
  indexAt,
  linePoints,
  readAt,
  stepPoints,
  tableRows,
  withLive,
} from './series-points.ts';

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
});

describe('heating', () => {
  it('joins neighbours of the same share and adds up their time', () => {
    const spans = heatSpans(
      buckets(
        [
          [0, 1],
          [100, 1],
          [200, 0.5],
          [300, 0],
          [400, 1],
        ],
        'heating',
      ),
    );
    expect(spans).toEqual([
      { from: 0, to: 200, share: 1 },
      { from: 200, to: 300, share: 0.5 },
      { from: 400, to: 500, share: 1 },
    ]);
    expect(heatedMs(spans)).toBe(350);
  });
});

describe('reading a history', () => {
  const points = buckets([
    [0, 20],
    [100, 21],
    [500, 19],
  ]);
  const history = {
    from: 0,
    to: 600,
    temperature: linePoints(points, null),
    band: [],
    setpoint: stepPoints(
      buckets([
        [0, 18],
        [100, 18],
        [200, 21],
        [300, 21],
      ]),
      null,
    ),
    heating: heatSpans(buckets([[100, 1]], 'heating')),
  };

  it('finds the last point at or before an instant', () => {
    expect([-1, 0, 5, 10, 99].map((x) => indexAt([{ x: 0 }, { x: 10 }], x))).toEqual([-1, 0, 0, 1, 1]);
  });

  it('gives the nearest value, and nothing inside a gap', () => {
    expect(readAt(history, 120)).toEqual({ at: 150, temperature: 21, setpoint: 18, heating: 1 });
    expect(readAt(history, 490)).toMatchObject({ temperature: null, setpoint: null, heating: 0 });
  });

  it('makes a table of it, newest first', () => {
    const rows = tableRows(history, 3);
    expect(rows.map(({ at }) => at)).toEqual([500, 300, 100]);
    expect(rows.map(({ temperature }) => temperature)).toEqual([null, null, 20]);
  });
});
