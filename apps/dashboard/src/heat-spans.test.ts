import type { SeriesPoints } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { eitherHeating, heatSpans, heatedMs } from './heat-spans.ts';

const widthMs = 100;
function heating(entries: [start: number, share: number, last?: number][]): SeriesPoints {
  const shares = entries.map(([, share]) => share);
  return {
    quantity: 'heating',
    widthMs,
    start: entries.map(([start]) => start),
    count: entries.map(() => 1),
    min: shares,
    max: shares,
    mean: shares,
    last: entries.map(([, share, last = Math.round(share)]) => last),
  };
}

describe('when the heating was on', () => {
  it('joins neighbours of the same share and adds up their time', () => {
    const spans = heatSpans(
      heating([
        [0, 1],
        [100, 1],
        [200, 0.5],
        [300, 0],
        [400, 1],
      ]),
      null,
    );
    expect(spans).toEqual([
      { from: 0, to: 200, share: 1 },
      { from: 200, to: 300, share: 0.5 },
      { from: 300, to: 400, share: 0 },
      { from: 400, to: 500, share: 1 },
    ]);
    expect(heatedMs(spans)).toBe(350);
  });

  it('holds the last word until the next of a device that speaks more seldom than a bucket is wide', () => {
    const spans = heatSpans(
      heating([
        [0, 1],
        [300, 0],
      ]),
      200,
    );
    expect(spans).toEqual([
      { from: 0, to: 300, share: 1 },
      { from: 300, to: 400, share: 0 },
    ]);
  });

  it('says nothing of a gap: neither on nor off', () => {
    const spans = heatSpans(
      heating([
        [0, 1],
        [900, 1],
      ]),
      200,
    );
    expect(spans.map(({ from, to }) => [from, to])).toEqual([
      [0, 100],
      [900, 1000],
    ]);
  });

  it('of a room with two heaters is when either of them was', () => {
    const one = [
      { from: 0, to: 200, share: 0 },
      { from: 200, to: 300, share: 1 },
    ];
    const other = [
      { from: 100, to: 250, share: 0.5 },
      { from: 400, to: 500, share: 1 },
    ];
    expect(eitherHeating([one, other])).toEqual([
      { from: 0, to: 100, share: 0 },
      { from: 100, to: 200, share: 0.5 },
      { from: 200, to: 300, share: 1 },
      { from: 400, to: 500, share: 1 },
    ]);
    expect(eitherHeating([one])).toEqual(one);
    expect(eitherHeating([])).toEqual([]);
  });
});
