import { expect, test } from 'vitest';
import { createRandom, normal } from './random.ts';
import { createWeather, mildClimate } from './weather.ts';

const hourMs = 3_600_000;
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const hoursOf = (from: number, days: number, weather: (at: number) => number): number[] =>
  Array.from({ length: days * 24 }, (_, i) => weather(from + i * hourMs));

test('July is warmer than January by about twice the season’s swing', () => {
  const weather = createWeather(mildClimate, 1);
  const january = mean(hoursOf(Date.UTC(2026, 0, 5), 28, weather));
  const july = mean(hoursOf(Date.UTC(2026, 6, 6), 28, weather));
  expect(july - january).toBeGreaterThan(14);
  expect(july - january).toBeLessThan(22);
});

test('the afternoon is warmer than the night by twice the day’s swing on average', () => {
  const weather = createWeather(mildClimate, 1);
  const at = (day: number, hour: number): number => weather(new Date(2026, 2, 1 + day, hour).getTime());
  const days = Array.from({ length: 90 }, (_, day) => at(day, 15) - at(day, 3));
  expect(Math.abs(mean(days) - 2 * mildClimate.dayK)).toBeLessThan(1);
});

test('fronts pass with the deviation and the memory of the climate', () => {
  const bare = { ...mildClimate, meanC: 0, seasonK: 0, dayK: 0 };
  const x = hoursOf(Date.UTC(2026, 0, 1), 1500, createWeather(bare, 5));
  const variance = mean(x.map((value) => value * value));
  expect(Math.sqrt(variance)).toBeGreaterThan(0.85 * bare.frontK);
  expect(Math.sqrt(variance)).toBeLessThan(1.15 * bare.frontK);
  const lagged = mean(x.slice(24).map((value, i) => value * x[i]!)) / variance;
  expect(Math.abs(lagged - Math.exp(-1))).toBeLessThan(0.1);
});

test('the weather of an instant does not depend on what was asked before', () => {
  const at = Date.UTC(2026, 10, 22, 17, 48);
  const asked = createWeather(mildClimate, 9);
  hoursOf(at - 40 * hourMs, 3, asked);
  expect(asked(at)).toBe(createWeather(mildClimate, 9)(at));
});

test('random numbers are uniform, normal ones have mean 0 and deviation 1, names are apart', () => {
  const random = createRandom(1, 'a');
  const uniform = Array.from({ length: 20_000 }, random);
  expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.01);
  const gauss = Array.from({ length: 20_000 }, () => normal(random));
  expect(Math.abs(mean(gauss))).toBeLessThan(0.03);
  expect(Math.abs(mean(gauss.map((value) => value * value)) - 1)).toBeLessThan(0.05);
  expect(createRandom(1, 'a')()).not.toBe(createRandom(1, 'b')());
  expect(createRandom(1, 'a')()).not.toBe(createRandom(2, 'a')());
});
