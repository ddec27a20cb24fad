import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { exponentialOf } from './exponential.ts';

const exponential = (rows: number[][]): number[][] => {
  const { entries } = exponentialOf({ size: rows.length, entries: Float64Array.from(rows.flat()) });
  return rows.map((_, i) => [...entries.subarray(i * rows.length, (i + 1) * rows.length)]);
};

test('a diagonal matrix has the exponentials of its entries, large and small ones to the same digits', () => {
  const [a, b, c] = exponential([
    [-700, 0, 0],
    [0, -1e-9, 0],
    [0, 0, 2],
  ]);
  expect(a![0]! / Math.exp(-700) - 1).toBeCloseTo(0, 10);
  expect(b![1]!).toBeCloseTo(Math.exp(-1e-9), 12);
  expect(c![2]! / Math.exp(2) - 1).toBeCloseTo(0, 12);
});

test('e^(M + M) is e^M e^M, and what no way leads to stays zero', () => {
  const rate = fc.double({ min: 0, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.array(rate, { minLength: 6, maxLength: 6 }), ([a, b, c, d, e, f]) => {
      const m = [
        [-a! - b!, a!, 0],
        [c!, -c! - d!, 0],
        [e!, f!, -e! - f!],
      ];
      const once = exponential(m);
      const twice = exponential(m.map((row) => row.map((entry) => 2 * entry)));
      expect([once[0]![2], once[1]![2]]).toEqual([0, 0]);
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++) {
          const product = once[i]!.reduce((sum, entry, k) => sum + entry * once[k]![j]!, 0);
          expect(twice[i]![j]! - product).toBeCloseTo(0, 12);
        }
    }),
  );
});

test('a matrix with a negative entry off the diagonal is refused', () => {
  const rotation = [
    [0, 1],
    [-1, 0],
  ];
  expect(() => exponential(rotation)).toThrow(RangeError);
});
