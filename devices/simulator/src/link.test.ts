import { expect, test } from 'vitest';
import { retryPauseMs } from './link.ts';

test('each pause before another try is longer than all before it, until it is long enough', () => {
  const shortest = (failures: number) => retryPauseMs(failures, () => 0);
  const longest = (failures: number) => retryPauseMs(failures, () => 0.999_999);
  for (let failures = 1; failures <= 6; failures++)
    expect(shortest(failures + 1)).toBeGreaterThanOrEqual(longest(failures));
  expect(longest(30)).toBeLessThanOrEqual(15_000);
});

test('a pause is doubled at most by chance, so that a house does not come back in one moment', () => {
  expect(retryPauseMs(1, () => 0)).toBe(100);
  expect(retryPauseMs(1, () => 0.5)).toBe(150);
});
