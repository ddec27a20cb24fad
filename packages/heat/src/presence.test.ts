import { expect, test } from 'vitest';
import { presenceAt } from './presence.ts';

const day = [
  { fromHour: 7, people: 0, appliancesW: 20, openShare: 1 },
  { fromHour: 7.25, people: 0, appliancesW: 20 },
  { fromHour: 22, people: 2, appliancesW: 5 },
];

test('people give 70 W each beside what appliances take, and the last entry holds over midnight', () => {
  expect(presenceAt(day, 23)).toEqual({ presenceW: 145, openShare: 0 });
  expect(presenceAt(day, 3)).toEqual({ presenceW: 145, openShare: 0 });
  expect(presenceAt(day, 7)).toEqual({ presenceW: 20, openShare: 1 });
  expect(presenceAt(day, 12)).toEqual({ presenceW: 20, openShare: 0 });
});

test('nobody ever there is nothing', () => {
  expect(presenceAt([], 12)).toEqual({ presenceW: 0, openShare: 0 });
});
