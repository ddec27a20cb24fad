import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextBackupAt } from './due.ts';
import { minutesOf, slotAfter, slotBefore } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const berlin = (time: string) => ({ minutes: minutesOf(time)!, timeZone: 'Europe/Berlin' });

test.for([
  ['on any day', '2026-11-30T10:00:00Z', '03:30', '2026-11-30T02:30:00.000Z', '2026-12-01T02:30:00.000Z'],
  ['just before', '2026-11-30T02:29:59Z', '03:30', '2026-11-29T02:30:00.000Z', '2026-11-30T02:30:00.000Z'],
  ['at the time', '2026-11-30T02:30:00Z', '03:30', '2026-11-30T02:30:00.000Z', '2026-12-01T02:30:00.000Z'],
  [
    'when a day has 23 hours',
    '2026-03-29T12:00:00Z',
    '03:30',
    '2026-03-29T01:30:00.000Z',
    '2026-03-30T01:30:00.000Z',
  ],
  [
    'when the time is left out',
    '2026-03-29T12:00:00Z',
    '02:30',
    '2026-03-29T01:30:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ],
  [
    'when a day has 25 hours',
    '2026-10-25T12:00:00Z',
    '03:30',
    '2026-10-25T02:30:00.000Z',
    '2026-10-26T02:30:00.000Z',
  ],
] as const)('the time of day of the home is met %s', ([, now, time, before, after]) => {
  expect(iso(slotBefore(at(now), berlin(time)))).toBe(before);
  expect(iso(slotAfter(at(now), berlin(time)))).toBe(after);
});

test('there is one slot a day, whatever the zone and the time', () => {
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia');
  const instant = fc.integer({ min: at('2026-01-01'), max: at('2027-12-31') });
  fc.assert(
    fc.property(zone, instant, fc.integer({ min: 0, max: 1439 }), (timeZone, now, minutes) => {
      const time = { minutes, timeZone };
      const [before, after] = [slotBefore(now, time), slotAfter(now, time)];
      expect(before).toBeLessThanOrEqual(now);
      expect(after).toBeGreaterThan(now);
      const hours = (after - before) / 3_600_000;
      expect(hours).toBeGreaterThanOrEqual(22);
      expect(hours).toBeLessThanOrEqual(26);
    }),
  );
});

test.for([
  ['none was ever tried', null, '2026-11-30T02:30:00.000Z'],
  ['last night’s was made', { at: at('2026-11-30T02:30:05Z') }, '2026-12-01T02:30:00.000Z'],
  ['last night’s was missed', { at: at('2026-11-29T02:30:05Z') }, '2026-11-30T02:30:00.000Z'],
  ['it came to nothing', { at: at('2026-11-30T09:40:00Z'), problem: 'full' }, '2026-11-30T10:40:00.000Z'],
  ['it is red', { at: at('2026-11-30T09:40:00Z'), problem: 'bad', isMade: true }, '2026-12-01T02:30:00.000Z'],
  ['the clock was set back since', { at: at('2031-01-01T00:00:00Z') }, '2026-11-30T02:30:00.000Z'],
] as const)('when %s, the next one is due', ([, attempt, due]) => {
  expect(iso(nextBackupAt(at('2026-11-30T10:00:00Z'), berlin('03:30'), attempt))).toBe(due);
  expect(nextBackupAt(at('2026-11-30T10:00:00Z'), null, attempt)).toBe(null);
});
