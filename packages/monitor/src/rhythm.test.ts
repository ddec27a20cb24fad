import { describe, expect, it } from 'vitest';
import { emptyRhythm, expectationOf, learn, type Rhythm } from './rhythm.ts';

const minute = 60_000;
const after = (intervals: readonly number[], from: Rhythm = emptyRhythm): Rhythm =>
  intervals.reduce((rhythm, each) => learn(rhythm, each, null), from);
const times = (count: number, intervalMs: number): number[] =>
  Array.from({ length: count }, () => intervalMs);

describe('a rhythm', () => {
  it('is what the manifest states until six regular intervals are known', () => {
    expect(expectationOf(after(times(5, minute)), 10 * minute)).toMatchObject({
      rhythm: 'unlearned',
      expectedMs: 10 * minute,
    });
    expect(expectationOf(after(times(6, minute)), 10 * minute)).toMatchObject({
      rhythm: 'periodic',
      expectedMs: 63_000,
    });
  });

  it('does not move by an outage of days', () => {
    const steady = after(times(20, minute));
    const interrupted = after([3 * 24 * 60 * minute, ...times(3, minute)], steady);
    expect(expectationOf(interrupted, null)).toEqual(expectationOf(steady, null));
  });

  it('becomes the new one of a device that was set to a slower one', () => {
    const changed = after(times(32, 10 * minute), after(times(32, minute)));
    expect(expectationOf(changed, null)).toMatchObject({ rhythm: 'periodic', expectedMs: 10.5 * minute });
  });

  it('of an irregular value is bounded by the manifest, or by the longest silence', () => {
    const irregular = after([...times(8, minute), ...times(8, 10 * minute), 40 * minute, 40 * minute]);
    expect(expectationOf(irregular, 30 * minute)).toMatchObject({
      rhythm: 'on-change',
      expectedMs: 30 * minute,
    });
    expect(expectationOf(irregular, null)).toMatchObject({ rhythm: 'on-change', expectedMs: 40 * minute });
  });

  it('doubts no device that reports ten times a minute before a minute is over', () => {
    expect(expectationOf(after(times(9, 6000)), null).boundsMs).toEqual([45_000, 52_500, minute]);
  });
});
