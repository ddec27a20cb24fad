import { describe, expect, it } from 'vitest';
import { timeTicks } from './time-ticks.ts';

const hour = 3_600_000;
const day = 24 * hour;
const iso = (at: number) => new Date(at).toISOString().slice(0, 16);

describe('ticks of the time axis', () => {
  it('stand at round hours of the home, midnight marked as a day', () => {
    const from = Date.UTC(2026, 10, 21, 9, 30);
    const ticks = timeTicks(from, from + day, 'Europe/Berlin', 5);
    expect(ticks.map(({ at, kind }) => `${iso(at)} ${kind}`)).toEqual([
      '2026-11-21T11:00 time',
      '2026-11-21T17:00 time',
      '2026-11-21T23:00 day',
      '2026-11-22T05:00 time',
    ]);
  });

  it('keep midnight at midnight across the end of summer time', () => {
    const from = Date.UTC(2026, 9, 24, 12);
    const ticks = timeTicks(from, from + 3 * day, 'Europe/Berlin', 4);
    expect(ticks.map(({ at }) => iso(at))).toEqual([
      '2026-10-24T22:00',
      '2026-10-25T23:00',
      '2026-10-26T23:00',
    ]);
  });

  it('work in a zone with half an hour of offset', () => {
    const from = Date.UTC(2026, 10, 21, 0);
    expect(timeTicks(from, from + 6 * hour, 'Asia/Kolkata', 3).map(({ at }) => iso(at))).toEqual([
      '2026-11-21T00:30',
      '2026-11-21T02:30',
      '2026-11-21T04:30',
    ]);
  });

  it('are the firsts of months for a year, with as many left out as must be', () => {
    const ticks = timeTicks(Date.UTC(2025, 10, 22), Date.UTC(2026, 10, 22), 'UTC', 6);
    expect(ticks.every(({ kind, at }) => kind === 'month' && new Date(at).getUTCDate() === 1)).toBe(true);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.length).toBeGreaterThan(3);
  });
});
