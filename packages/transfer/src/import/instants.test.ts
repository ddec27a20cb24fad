import { instantLimits } from '@hearth/contract';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantText } from '../words.ts';
import { instantOfNumber, instantOfText } from './instants.ts';

const at = Date.UTC(2026, 10, 30, 18, 0, 0, 123);

test.for([
  ['2026-11-30T18:00:00.123Z', at],
  ['2026-11-30 18:00:00.123Z', at],
  ['2026-11-30T18:00:00.123456789Z', at],
  ['2026-11-30T18:00:00,123Z', at],
  ['2026-11-30T19:00:00.123+01:00', at],
  ['2026-11-30T19:00:00.123+0100', at],
  ['2026-11-30T19:00:00.123+01', at],
  ['2026-11-30T12:30:00.123-05:30', at],
  ['2026-11-30T18:00:00.123 UTC', at],
  ['2026-11-30T18:00Z', at - 123],
  ['2026-11-30T18:00:00.1Z', at - 23],
  ['1796061600123', at],
  ['1796061600', at - 123],
  ['1796061600123456', at],
  ['1796061600123456789', at],
  ['1796061600.123', at],
] as const)('%s is read', ([text, expected]) => {
  expect(instantOfText(text)).toEqual({ at: expected });
});

test.for([
  ['2026-11-30T18:00:00', /Z or an offset/],
  ['2026-11-30', /a time such as/],
  ['30.11.2026 18:00', /a time such as/],
  ['2026-02-30T18:00:00Z', /a time such as/],
  ['2026-13-01T18:00:00Z', /a time such as/],
  ['2026-11-30T25:00:00Z', /a time such as/],
  ['', /a time such as/],
  ['now', /a time such as/],
  ['1e12', /a time such as/],
  ['-1796061600', /a time such as/],
  ['2019-12-31T23:59:59.999Z', /from 2020 to 2100/],
  ['2100-01-02T00:00:00Z', /from 2020 to 2100/],
  ['12345678901', /from 2020 to 2100/],
  ['1577836799', /from 2020 to 2100/],
] as const)('%s is not', ([text, expected]) => {
  expect(instantOfText(text)).toEqual({ expected: expect.stringMatching(expected) });
});

test('a number says by its size what it counts, and what is no number is no time', () => {
  for (const count of [at / 1000, at, at * 1000]) expect(instantOfNumber(count)).toEqual({ at });
  for (const count of [0, -1, NaN, Infinity, 20_000_000_000])
    expect(instantOfNumber(count)).toHaveProperty('expected');
});

test('every instant is read as it is written', () => {
  const { minimum: min, maximum: max } = instantLimits;
  fc.assert(
    fc.property(fc.integer({ min, max }), (instant) => {
      expect(instantText(instant)).toBe(new Date(instant).toISOString());
      expect(instantOfText(instantText(instant))).toEqual({ at: instant });
    }),
    { numRuns: 2000 },
  );
});
