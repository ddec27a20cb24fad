import type { ValueFreshness } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { freshnessAt, severity } from './freshness.ts';

const told: ValueFreshness = {
  state: 'live',
  rhythm: 'periodic',
  expectedMs: 60_000,
  since: 0,
  lateAt: 90_000,
  staleAt: 105_000,
  silentAt: 120_000,
};

describe('the freshness of a value', () => {
  it.each([
    [0, 'live'],
    [89_999, 'live'],
    [90_000, 'late'],
    [105_000, 'stale'],
    [120_000, 'silent'],
  ])('is at %i ms what the server said that it would be: %s', (nowAt, state) => {
    expect(freshnessAt(told, nowAt)).toBe(state);
  });

  it('stays what it is where the server names no moment', () => {
    const stale = { ...told, state: 'stale', lateAt: null, staleAt: null, silentAt: null } as const;
    expect(freshnessAt(stale, 1e12)).toBe('stale');
  });

  it('is out of date where it is late and the server cannot hear devices', () => {
    const unheard = { ...told, staleAt: null, silentAt: null };
    expect(freshnessAt(unheard, 89_999)).toBe('live');
    expect(freshnessAt(unheard, 90_000)).toBe('stale');
    expect(freshnessAt({ ...unheard, state: 'late', lateAt: null }, 0)).toBe('stale');
  });

  it('is ordered from live to silent', () => {
    expect(severity('live')).toBeLessThan(severity('late'));
    expect(severity('stale')).toBeLessThan(severity('silent'));
  });
});
