import { expect, test } from 'vitest';
import { compileNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { quantise, readSensor, usualSensor } from './sensor.ts';

/** A held room whose temperature rises by `rateKPerS`, and a sensor on it with a lag of `timeConstantS`. */
function lagK(timeConstantS: number, rateKPerS: number, seconds: number): number {
  const step = compileNetwork({
    capacitiesJPerK: [1],
    links: [],
    followers: [{ of: 0, timeConstantS }],
  });
  // 1 J/K and so many watts: a ramp.
  const { temperatures } = step(Float64Array.of(20, 20), Float64Array.of(rateKPerS), seconds);
  return temperatures[0]! - temperatures[1]!;
}

test('a first-order sensor lags a ramp by rate × time constant: 0.1667 K at 2 K/h and 300 s', () => {
  expect(lagK(300, 2 / 3600, 7200)).toBeCloseTo(2 / 12, 9);
  expect(lagK(90, 0.001, 3600)).toBeCloseTo(0.09, 9);
});

test.each([
  [60, 0.6321],
  [300, 0.1813],
])(
  'a sensor with a time constant of %i s has followed a step after a minute by %f',
  (timeConstantS, share) => {
    const step = compileNetwork({
      capacitiesJPerK: [Infinity],
      links: [],
      followers: [{ of: 0, timeConstantS }],
    });
    const { temperatures } = step(Float64Array.of(21, 20), new Float64Array(1), 60);
    expect(temperatures[1]! - 20).toBeCloseTo(share, 4);
  },
);

test.each([0.1, 0.0625, 0.5])('quantising to %f adds q/√12 rms', (q) => {
  const random = createRandom(3, 'temperatures');
  let sum = 0;
  const count = 200_000;
  for (let i = 0; i < count; i++) {
    const truth = 15 + 10 * random();
    sum += (quantise(truth, q) - truth) ** 2;
  }
  expect(Math.sqrt(sum / count) / (q / Math.sqrt(12))).toBeCloseTo(1, 2);
});

test('a quantised value is on the grid and never shows a binary fraction', () => {
  expect(quantise(20.137, 0.01)).toBe(20.14);
  expect(quantise(0.30000000000000004, 0.1)).toBe(0.3);
  expect(quantise(-3.26, 0.5)).toBe(-3.5);
});

test('noise has the deviation that is asked for, the offset its place, and without noise no chance is taken', () => {
  const random = createRandom(1, 'sensor');
  const sensor = { ...usualSensor, offsetK: 0.3, noiseK: 0.05, resolutionK: 0.001 };
  const read = Array.from({ length: 20_000 }, () => readSensor(sensor, 20, random));
  const mean = read.reduce((sum, value) => sum + value, 0) / read.length;
  const variance = read.reduce((sum, value) => sum + (value - mean) ** 2, 0) / read.length;
  expect(mean).toBeCloseTo(20.3, 2);
  expect(Math.sqrt(variance)).toBeCloseTo(0.05, 2);
  const never = (): number => {
    throw new Error('chance was asked');
  };
  expect(readSensor({ ...usualSensor, noiseK: 0 }, 20.04, never)).toBe(20);
});
