import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHistogram } from './histogram.ts';

const durations = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
});
const filled = (all: readonly number[]) => {
  const histogram = createHistogram();
  for (const ms of all) histogram.add(ms);
  return histogram;
};

test('a percentile is within 2 % of the one that was measured', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99), (all, share) => {
      const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1]!;
      expect(Math.abs(filled(all).percentile(share)! / exact - 1)).toBeLessThanOrEqual(0.020_000_1);
    }),
  );
});

test('two that are added, and one that was kept and read again, are one of all', () => {
  fc.assert(
    fc.property(durations, durations, (some, others) => {
      const both = createHistogram(JSON.parse(JSON.stringify(filled(some).buckets())));
      both.merge(filled(others));
      const all = filled([...some, ...others]);
      expect(both.count).toBe(all.count);
      expect(new Map(both.buckets())).toEqual(new Map(all.buckets()));
    }),
  );
});

test('an empty one has no percentile', () => {
  expect(createHistogram().percentile(0.5)).toBeNull();
});
