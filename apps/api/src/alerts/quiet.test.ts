import { expect, test } from 'vitest';
import { quietUntil } from './quiet.ts';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const until = (at: string, from: string, to: string): string | null =>
  iso(quietUntil(Date.parse(at), { from, to }, 'Europe/Berlin'));

test.for([
  ['a winter night', '2026-11-02T23:30:00Z', '07:00', '2026-11-03T06:00:00.000Z'],
  ['the night that is an hour shorter', '2026-03-28T23:30:00Z', '07:00', '2026-03-29T05:00:00.000Z'],
  ['an end that this night does not have', '2026-03-28T23:30:00Z', '02:30', '2026-03-29T01:00:00.000Z'],
  ['the night that is an hour longer', '2026-10-24T21:30:00Z', '07:00', '2026-10-25T06:00:00.000Z'],
  ['the first of two ends', '2026-10-24T21:30:00Z', '02:30', '2026-10-25T00:30:00.000Z'],
] as const)('quiet hours end by the clock on the wall: %s', ([, at, to, end]) => {
  expect(until(at, '22:00', to)).toBe(end);
});

test('outside of them nothing is quiet, and a second of a minute does not matter', () => {
  expect(until('2026-11-02T12:00:00Z', '22:00', '07:00')).toBeNull();
  expect(until('2026-11-02T23:30:42Z', '22:00', '07:00')).toBe('2026-11-03T06:00:00.000Z');
});
