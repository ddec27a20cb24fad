import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseWidth, rollupFor } from './widths.ts';

const at = fc.integer({ min: 0, max: 4_102_444_800_000 });

test('the chosen width covers the range with at most as many buckets as asked for', () => {
  fc.assert(
    fc.property(at, at, fc.integer({ min: 1, max: 4000 }), (a, b, count) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const width = chooseWidth(from, to, count);
      expect(Math.ceil(to / width) - Math.floor(from / width)).toBeLessThanOrEqual(count);
    }),
  );
});

test.for([
  { range: '10 minutes', lengthMs: 600_000, width: 10_000 },
  { range: 'a day', lengthMs: 86_400_000, width: 300_000 },
  { range: '30 days', lengthMs: 30 * 86_400_000, width: 2 * 3_600_000 },
  { range: 'a year', lengthMs: 365 * 86_400_000, width: 86_400_000 },
])('600 points over $range are $width ms wide', ({ lengthMs, width }) => {
  const from = 1_795_305_600_000;
  expect(chooseWidth(from, from + lengthMs, 600)).toBe(width);
});

test.for([
  { width: 600_000, rollup: null },
  { width: 900_000, rollup: 900_000 },
  { width: 1_800_000, rollup: 900_000 },
  { width: 3_600_000, rollup: 3_600_000 },
  { width: 604_800_000, rollup: 3_600_000 },
])('buckets of $width ms are made of $rollup', ({ width, rollup }) => {
  expect(rollupFor(width)).toBe(rollup);
});
