import type { SeriesPoints } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { dayWords, eitherHeating, heatSpans, heatedMs, heatedWords } from './heat-spans.ts';

const widthMs = 100;
function heating(entries: [from: number, to: number, onMs: number][]): SeriesPoints {
  const shares = entries.map(([from, to, onMs]) => onMs / (to - from));
  return {
    quantity: 'heating',
    widthMs,
    start: entries.map(([from]) => Math.floor(from / widthMs) * widthMs),
    count: entries.map(() => 1),
    min: shares,
    max: shares,
    mean: shares,
    last: shares.map(Math.round),
    coveredMs: entries.map(() => 0),
    on: {
      from: entries.map(([from]) => from),
      to: entries.map(([, to]) => to),
      ms: entries.map(([, , onMs]) => onMs),
    },
  };
}

describe('when the heating was on', () => {
  it('joins neighbours of the same share and adds up their time', () => {
    const spans = heatSpans(
      heating([
        [0, 100, 100],
        [100, 200, 100],
        [200, 300, 50],
        [300, 400, 0],
        [400, 500, 100],
      ]),
    );
    expect(spans).toEqual([
      { from: 0, to: 200, share: 1 },
      { from: 200, to: 300, share: 0.5 },
      { from: 300, to: 400, share: 0 },
      { from: 400, to: 500, share: 1 },
    ]);
    expect(heatedMs(spans)).toBe(350);
  });

  it('counts a bucket for the time that its readings speak for, and not for its width', () => {
    const spans = heatSpans(
      heating([
        [80, 100, 20],
        [100, 130, 30],
        [930, 930, 0],
      ]),
    );
    expect(spans).toEqual([{ from: 80, to: 130, share: 1 }]);
    expect(heatedMs(spans)).toBe(50);
  });

  it('joins what is much the same without changing how long it was on', () => {
    const days = Array.from({ length: 50 }, (_, i): [number, number, number] => [
      i * 1000,
      i * 1000 + 1000,
      300 + (i % 2) * 8,
    ]);
    const spans = heatSpans(heating(days));
    expect(spans).toHaveLength(1);
    expect(heatedMs(spans)).toBeCloseTo(50 * 304);
  });

  it('says nothing of a gap: neither on nor off', () => {
    const spans = heatSpans(
      heating([
        [0, 90, 90],
        [910, 1000, 90],
      ]),
    );
    expect(spans.map(({ from, to }) => [from, to])).toEqual([
      [0, 90],
      [910, 1000],
    ]);
  });

  it('is told in minutes below an hour', () => {
    const format = createFormat({ locale: 'en-GB', timeZone: 'UTC', temperatureUnit: 'celsius' });
    const words = [0, 3, 59, 60, 421].map((minutes) => heatedWords(minutes * 60_000, format));
    expect(words).toEqual(['0 min', '3 min', '59 min', '1.0 h', '7.0 h']);
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

it('says of a day that nothing is known of not that it was not heated', () => {
  const format = createFormat({ locale: 'en-GB', timeZone: 'UTC', temperatureUnit: 'celsius' });
  const hour = 3_600_000;
  expect(dayWords([], format)).toBe('no readings');
  expect(dayWords([{ from: 0, to: hour, share: 0 }], format)).toBe('not heated');
  expect(dayWords([{ from: 0, to: hour, share: 0.5 }], format)).toBe('30 min');
});
