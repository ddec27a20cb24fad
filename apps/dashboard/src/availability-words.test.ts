import type { Objective } from '@hearth/contract';
import { expect, test } from 'vitest';
import { budgetWords, markOf, percentWords, stripWords } from './availability-words.ts';
import { createFormat } from './format.ts';

const format = createFormat({ locale: 'en-GB', timeZone: 'Europe/Berlin', temperatureUnit: 'celsius' });

test.for([
  [1, '100 %'],
  [0.99999, '99.9 %'],
  [0.9955, '99.5 %'],
  [0, '0.0 %'],
  [null, 'not known yet'],
] as const)('a share of %s is told as %s: never better than it was', ([share, words]) => {
  expect(percentWords(share, format)).toBe(words);
});

test.for([
  [null, 'none'],
  [1, 'good'],
  [0.9989, 'some'],
  [0.94, 'much'],
] as const)('a day of %s is marked %s', ([share, mark]) => {
  expect(markOf(share)).toBe(mark);
});

test('a strip names its worst day', () => {
  expect(stripWords([null, 0.5, 1, 1], '2026-12-01', format)).toBe(
    '3 days, the worst 29 November with 50.0 %',
  );
  expect(stripWords([null, 1, 1, 0.9], '2026-12-01', format)).toBe('3 days, the worst today with 90.0 %');
  expect(stripWords([null, null, 1], '2026-12-01', format)).toBe('one day, all without trouble');
  expect(stripWords([null, null], '2026-12-01', format)).toBe('nothing is known yet');
});

test('a budget is told with what it allows, and that it goes too fast', () => {
  const objective: Objective = {
    kind: 'available',
    target: 0.995,
    share: 0.9975,
    budgetLeft: 0.5,
    burns: [],
  };
  expect(budgetWords(objective, format)).toBe('50 % left of 3 h in 30 days.');
  expect(budgetWords({ ...objective, share: null, budgetLeft: null }, format)).toBe('Nothing is known yet.');
  const window = { ms: 3_600_000, rate: 20 };
  const burns = [{ long: window, short: window, limit: 14.4, isBurning: true }];
  expect(budgetWords({ ...objective, budgetLeft: -1, burns }, format)).toBe(
    'More went wrong in 30 days than this allows. It goes much too fast at the moment.',
  );
});
