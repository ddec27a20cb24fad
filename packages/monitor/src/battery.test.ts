import { expect, test } from 'vitest';
import { forecastBattery, type BatteryLevel } from './battery.ts';

const dayMs = 86_400_000;
const begunAt = Date.UTC(2026, 0, 1);

/** A level each day. */
function days(count: number, levelOf: (day: number) => number): BatteryLevel[] {
  return Array.from({ length: count }, (_, day) => ({ at: begunAt + day * dayMs, level: levelOf(day) }));
}
const emptyDay = (levels: readonly BatteryLevel[]): number | null => {
  const forecast = forecastBattery(levels);
  return forecast && (forecast.emptyAt - begunAt) / dayMs;
};

test('a battery that falls evenly is empty where its line comes to a tenth', () => {
  const levels = days(60, (day) => 100 - day / 4);
  expect(emptyDay(levels)).toBeCloseTo(360, 0);
  expect(forecastBattery(levels)?.fallPerMonth).toBeCloseTo(7.5, 5);
});

test('whole percents, cold weeks and readings that are nonsense move it by less than a tenth', () => {
  const levels = days(90, (day) => {
    const nonsense = day % 9 === 4 ? 55 : 0;
    return nonsense || Math.round(95 - day / 5 + 2 * Math.sin(day / 4));
  });
  expect(Math.abs(emptyDay(levels)! / 425 - 1)).toBeLessThan(0.1);
});

test('it is too early after a week, of few days, and while it hardly fell', () => {
  expect(emptyDay(days(8, (day) => 100 - day))).toBeNull();
  expect(emptyDay([0, 20, 40].map((day) => ({ at: begunAt + day * dayMs, level: 100 - day })))).toBeNull();
  expect(emptyDay(days(100, (day) => 97 + 2 * Math.sin(day)))).toBeNull();
  expect(emptyDay(days(100, (day) => 50 + day / 4))).toBeNull();
  expect(emptyDay([])).toBeNull();
});

test('a new battery is another one', () => {
  const levels = days(80, (day) => (day < 50 ? 60 - day : 100 - (day - 50) / 2));
  expect(emptyDay(levels)).toBeCloseTo(50 + 180, 0);
  expect(emptyDay(levels.slice(0, 55))).toBeNull();
});
