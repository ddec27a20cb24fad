import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseWidth, rollupFor } from './widths.ts';

const at = fc.integer({ min: 0, max: 4_102_444_800_000 });

test('the chosen width covers the range with as many buckets as asked for, and one more where it cuts two', () => {
  fc.assert(
    fc.property(at, at, fc.integer({ min: 1, max: 4000 }), (a, b, count) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const width = chooseWidth(from, to, count);
      const isAligned = from % width === 0 || to % width === 0;
      const touched = Math.ceil(to / width) - Math.floor(from / width);
      expect(touched).toBeLessThanOrEqual(isAligned ? count : count + 1);
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
  { range: '24 hours', days: 1, count: 288, width: 5 * 60_000 },
  { range: '7 days', days: 7, count: 336, width: 30 * 60_000 },
  { range: '30 days', days: 30, count: 360, width: 2 * 3_600_000 },
  { range: 'a year', days: 365, count: 365, width: 86_400_000 },
  { range: 'a sparkline', days: 1, count: 96, width: 15 * 60_000 },
])('$range that end at any instant have buckets of $width ms, as whole ones do', ({ days, count, width }) => {
  fc.assert(
    fc.property(at, (from) => {
      expect(chooseWidth(from, from + days * 86_400_000, count)).toBe(width);
    }),
  );
});

test.for([
  { width: 600_000, rollup: null },
  { width: 900_000, rollup: 900_000 },
  { width: 1_800_000, rollup: 900_000 },
  { width: 3_600_000, rollup: 3_600_000 },
  { width: 604_800_000, rollup: 3_600_000 },
])('buckets of $width ms are made of $rollup', ({ width, rollup }) => {
  expect(rollupFor(Float64Array.of(7 * width, 8 * width))).toBe(rollup);
});
