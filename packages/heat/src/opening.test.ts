import { expect, test } from 'vitest';
import { openingW, stackFlowM3PerS } from './opening.ts';

const opening = { areaM2: 0.324, heightM: 1.2 };

test.each([
  [5, 106, 178],
  [10, 150, 504],
  [20, 213, 1426],
])(
  'a window of 0.324 m² lets at %i K of difference %i m³/h and %i W through, within 2 %%',
  (differenceK, m3PerH, watts) => {
    const flow = stackFlowM3PerS(opening, 1, 20, 20 - differenceK) * 3600;
    expect(Math.abs(flow / m3PerH - 1)).toBeLessThan(0.02);
    expect(Math.abs(openingW(opening, 1, 20, 20 - differenceK) / watts - 1)).toBeLessThan(0.02);
  },
);

test('half open half flows; in a heat wave it warms the room', () => {
  expect(openingW(opening, 0.5, 20, 10)).toBeCloseTo(openingW(opening, 1, 20, 10) / 2, 9);
  expect(openingW(opening, 1, 24, 34)).toBeLessThan(-400);
  expect(openingW(opening, 1, 20, 20)).toBe(0);
});
