import { expect, test } from 'vitest';
import { electricHeater, panelRadiator, radiatorShare, radiatorW, stepRadiator } from './heater.ts';

test.each([
  [75, 65, 1],
  [55, 45, 0.511],
  [45, 35, 0.297],
])('a radiator of exponent 1.3 gives at %i/%i/20 °C its rating times %f', (flowC, returnC, share) => {
  expect(radiatorShare(1.3, flowC, returnC, 20)).toBeCloseTo(share, 3);
});

test('at its rated excess of 50 K a radiator gives what is written on it, and colder than the room nothing', () => {
  const radiator = panelRadiator(1200);
  expect(radiatorW(radiator, 50)).toBe(1200);
  expect(radiatorW(radiator, 25) / 1200).toBeCloseTo(0.5 ** 1.3, 12);
  expect(radiatorW(radiator, -3)).toBe(0);
});

test('with its valve open and water of 75 °C it comes to 75/65: 10 K between flow and return', () => {
  const radiator = panelRadiator(1000);
  let heaterC = 20;
  let [takenJ, givenJ] = [0, 0];
  for (let s = 0; s < 36_000; s += 10) {
    const step = stepRadiator(radiator, { heaterC, airC: 20 }, { lift: 1, flowC: 75 }, 10);
    ({ heaterC } = step);
    takenJ += step.takenJ;
    givenJ += step.givenJ;
  }
  expect(heaterC).toBeCloseTo(70, 3);
  expect(Math.abs(takenJ - givenJ - radiator.capacityJPerK * 50) / takenJ).toBeLessThan(1e-6);
  const closed = stepRadiator(radiator, { heaterC, airC: 20 }, { lift: 0, flowC: 75 }, 10);
  expect(closed.takenJ).toBe(0);
  expect(closed.givenJ).toBeGreaterThan(9000);
});

test('a thin panel’s surface goes to 55 K above the room with a time constant of 100 s', () => {
  const { toAirWPerK, capacityJPerK } = electricHeater(1500);
  expect(1500 / toAirWPerK).toBeCloseTo(55, 12);
  expect(capacityJPerK / toAirWPerK).toBeCloseTo(100, 12);
});
