import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { angleOf, arcPath, dialSize, pointAt, snap, valueAt } from './dial-geometry.ts';

const limits = { min: 5, max: 30, step: 0.5 };

describe('the dial', () => {
  it('snaps to steps counted from the least, within the limits', () => {
    expect([21.2, 21.3, 3, 99].map((value) => snap(value, limits))).toEqual([21, 21.5, 5, 30]);
    expect(snap(19.94, { min: 5, max: 30, step: 0.1 })).toBe(19.9);
  });

  it('finds under the finger the value that it draws there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), (steps) => {
        const value = 5 + steps * 0.5;
        const { x, y } = pointAt(angleOf(value, limits));
        expect(valueAt(x - dialSize / 2, y - dialSize / 2, limits)).toBe(value);
      }),
    );
  });

  it('stays at the nearer end when the finger is in the opening', () => {
    expect(valueAt(10, 100, limits)).toBe(30);
    expect(valueAt(-10, 100, limits)).toBe(5);
  });

  it('draws the long way round when the arc is more than half', () => {
    expect(arcPath(5, 30, limits)).toContain(' 0 1 1 ');
    expect(arcPath(20, 21, limits)).toContain(' 0 0 1 ');
  });
});
