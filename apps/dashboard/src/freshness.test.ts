import { describe, expect, it } from 'vitest';
import { freshness, severity } from './freshness.ts';

const minute = 60_000;
const of = (ageMs: number, periodMs: number | null = minute, isOnline: boolean | null = true) =>
  freshness({ ageMs, periodMs, isOnline });

describe('freshness', () => {
  it.each([
    [0, 'live'],
    [2 * minute, 'live'],
    [2 * minute + 1, 'late'],
    [4 * minute, 'late'],
    [4 * minute + 1, 'stale'],
    [30 * minute, 'stale'],
    [30 * minute + 1, 'silent'],
  ])('a value of a one-minute device that is %i ms old is %s', (ageMs, state) => {
    expect(of(ageMs)).toBe(state);
  });

  it('waits twelve periods before it calls a slow device silent', () => {
    expect(of(11 * 60 * minute, 60 * minute)).toBe('stale');
    expect(of(12 * 60 * minute + 1, 60 * minute)).toBe('silent');
  });

  it('does not flicker for a device that reports ten times a second', () => {
    expect(of(900, 100)).toBe('live');
  });

  it('of an offline device is stale at once, and silent when any other is', () => {
    expect(of(0, minute, false)).toBe('stale');
    expect(of(30 * minute, minute, false)).toBe('stale');
    expect(of(30 * minute + 1, minute, false)).toBe('silent');
  });

  it('trusts the age where a device has no connection of its own', () => {
    expect(of(5 * minute, null, null)).toBe('live');
    expect(of(31 * minute, null, null)).toBe('stale');
  });

  it('is stale and not silent while a device hands in what it kept, until that is near enough to the present', () => {
    const handedIn = (ageMs: number, isOnline: boolean | null = true) =>
      freshness({ ageMs, periodMs: minute, isOnline, isHandedIn: true });
    expect(handedIn(30 * minute + 1)).toBe('stale');
    expect(handedIn(60 * 24 * minute)).toBe('stale');
    expect(handedIn(3 * minute)).toBe('late');
    expect(handedIn(60 * minute, false)).toBe('silent');
  });

  it('takes a value from the near future, by a clock that is ahead, as live', () => {
    expect(of(-3000)).toBe('live');
  });

  it('orders states from live to silent', () => {
    expect(severity('live')).toBeLessThan(severity('late'));
    expect(severity('stale')).toBeLessThan(severity('silent'));
  });
});
