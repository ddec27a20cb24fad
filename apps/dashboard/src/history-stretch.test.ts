import { describe, expect, test } from 'vitest';
import { edgesOf, pinched, shifted, shownEdges, zoomed } from './history-stretch.ts';

const hour = 3_600_000;
const now = 1_795_000_000_000;

describe('the stretch that a history shows', () => {
  test('ends now, or lies between two instants', () => {
    expect(edgesOf({ lastMs: hour }, now)).toEqual({ from: now - hour, to: now });
    expect(edgesOf({ from: 1, to: 2 }, now)).toEqual({ from: 1, to: 2 });
  });

  test('keeps the instant under the cursor where it is while it is zoomed', () => {
    expect(zoomed({ from: 0, to: 100 }, 25, 0.5)).toEqual({ from: 12.5, to: 62.5 });
    expect(zoomed({ from: 0, to: 100 }, 100, 2)).toEqual({ from: -100, to: 100 });
  });

  test('is moved by a share of its length', () => {
    expect(shifted({ from: 100, to: 200 }, -0.5)).toEqual({ from: 50, to: 150 });
  });

  test('is never shorter than ten minutes, and never reaches into the future', () => {
    expect(shownEdges({ from: now - 1000, to: now }, now)).toEqual({ from: now - hour / 6, to: now });
    expect(shownEdges({ from: now - hour, to: now + hour }, now)).toEqual({ from: now - 2 * hour, to: now });
    const past = { from: now - 3 * hour, to: now - 2 * hour };
    expect(shownEdges(past, now)).toEqual(past);
  });

  test('follows two fingers: each instant stays under its own', () => {
    // Instants 25 and 75 of a view of 0 to 100 are drawn apart to the tenth and nine tenths.
    const wide = pinched([0.1, 0.9], [25, 75])!;
    expect(wide.from + 0.1 * (wide.to - wide.from)).toBeCloseTo(25);
    expect(wide.from + 0.9 * (wide.to - wide.from)).toBeCloseTo(75);
    expect(pinched([0.9, 0.1], [75, 25])).toEqual(wide);
  });

  test('does not follow fingers that lie on each other', () => {
    expect(pinched([0.5, 0.505], [25, 75])).toBeNull();
  });
});
