import type { SeriesAnswer, SeriesPoints } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { historyOf, wishesOf, type HistorySources } from './room-history.ts';

const hour = 3_600_000;
const from = Date.UTC(2026, 10, 22);
const celsius = createFormat({ locale: 'en-GB', timeZone: 'UTC', temperatureUnit: 'celsius' });
const fahrenheit = createFormat({ locale: 'en-US', timeZone: 'UTC', temperatureUnit: 'fahrenheit' });

const sources: HistorySources = {
  temperature: { device: 'hall-t', quantity: 'temperature' },
  setpoint: 'hall-t',
  heating: ['hall-h'],
  live: { at: from + 4 * hour, celsius: 21.4 },
  recent: [],
};

function column(quantity: SeriesPoints['quantity'], values: number[], widthMs: number): SeriesPoints {
  return {
    quantity,
    widthMs,
    start: values.map((_, i) => from + i * widthMs),
    count: values.map(() => 1),
    min: values,
    max: values,
    mean: values,
    last: values,
    coveredMs: values.map(() => 0),
    ...(quantity === 'heating' && {
      on: {
        from: values.map((_, i) => from + i * widthMs),
        to: values.map((_, i) => from + (i + 1) * widthMs),
        ms: values.map((share) => share * widthMs),
      },
    }),
  };
}

function answer(device: string, series: SeriesPoints[]): SeriesAnswer {
  return { device, from, to: from + 4 * hour, periodMs: 60_000, series };
}

describe('the history of a room', () => {
  it('asks each device once for all that it gives', () => {
    expect(wishesOf(sources, true)).toEqual([
      { device: 'hall-t', quantities: ['temperature', 'setpoint'] },
      { device: 'hall-h', quantities: ['heating'] },
    ]);
    expect(wishesOf({ ...sources, heating: [] }, false)).toEqual([
      { device: 'hall-t', quantities: ['temperature'] },
    ]);
  });

  it('is nothing until the first answer is here', () => {
    expect(historyOf(sources, [undefined, undefined], { lastMs: 4 * hour }, celsius)).toBeNull();
  });

  it('puts the series of several devices together, in the unit shown', () => {
    const answers = [
      answer('hall-t', [column('temperature', [20, 20.5], hour / 4), column('setpoint', [21, 21], hour / 4)]),
      answer('hall-h', [column('heating', [0, 1], hour / 4)]),
    ];
    const history = historyOf(sources, answers, { lastMs: 4 * hour }, fahrenheit);
    expect(history?.temperature[0]?.y).toBe(68);
    expect(history?.setpoint.at(-1)?.y).toBeCloseTo(69.8);
    expect(history?.heating).toEqual([
      { from, to: from + hour / 4, share: 0 },
      { from: from + hour / 4, to: from + hour / 2, share: 1 },
    ]);
  });

  it('shades what either of two heaters heats', () => {
    const two = { ...sources, heating: ['hall-h', 'hall-floor'] };
    expect(wishesOf(two, false).map(({ device }) => device)).toEqual(['hall-t', 'hall-h', 'hall-floor']);
    const answers = [
      answer('hall-h', [column('heating', [1, 0], hour / 4)]),
      answer('hall-floor', [column('heating', [0, 0, 1], hour / 4)]),
    ];
    expect(historyOf(two, answers, { lastMs: 4 * hour }, celsius)?.heating.map(({ share }) => share)).toEqual(
      [1, 0, 1],
    );
  });

  it('knows the least and most that was measured, stored or live, in the unit shown', () => {
    const points = { ...column('temperature', [20, 20.5], hour / 4), min: [18, 20], max: [21, 21.2] };
    const extremes = (format: typeof celsius) =>
      historyOf(sources, [answer('hall-t', [points])], { lastMs: 4 * hour }, format)?.extremes;
    expect(extremes(celsius)).toEqual({ low: 18, high: 21.4 });
    expect(extremes(fahrenheit)?.low).toBeCloseTo(64.4);
  });

  it('of a device that was heard first a moment ago is made of its live values', () => {
    const at = from + 4 * hour;
    const recent = [0, 1, 2].map((s) => ({ at: at + s * 1000, celsius: 20 + s }));
    const young = { ...sources, recent, live: recent[2]! };
    const none = answer('hall-t', [column('temperature', [], 300_000)]);
    const history = historyOf(young, [none], { lastMs: 4 * hour }, celsius);
    expect(history?.temperature.map(({ y }) => y)).toEqual([20, 21, 22]);
    expect(history?.extremes).toEqual({ low: 20, high: 22 });
  });

  it('goes on with the live values that came since the newest bucket was fetched', () => {
    const bucket = { ...column('temperature', [20], 300_000), start: [from + 4 * hour - 60_000] };
    const recent = [-50_000, -20_000, 0].map((ms) => ({ at: from + 4 * hour + ms, celsius: 21 }));
    const history = historyOf(
      { ...sources, recent },
      [answer('hall-t', [bucket])],
      { lastMs: 4 * hour },
      celsius,
    );
    expect(history?.temperature.map(({ x }) => (x - from - 4 * hour) / 1000)).toEqual([-30, -20, 0]);
  });

  it('ends fine curves with the live value, and leaves curves of hourly means alone', () => {
    const of = (widthMs: number) =>
      historyOf(
        sources,
        [answer('hall-t', [column('temperature', [20, 20.5], widthMs)])],
        { lastMs: 4 * hour },
        celsius,
      );
    expect(of(60_000)?.temperature.at(-1)).toEqual({ x: from + 4 * hour, y: 21.4 });
    expect(of(2 * hour)?.temperature.at(-1)?.y).toBe(20.5);
    expect(of(2 * hour)?.band).toHaveLength(2);
  });
});
