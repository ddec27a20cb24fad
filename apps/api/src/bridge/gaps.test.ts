import { expect, test } from 'vitest';
import { createGaps } from './gaps.ts';

function createHall(start = 0) {
  const clock = { now: start };
  const gaps = createGaps(() => clock.now);
  return {
    clock,
    gaps,
    hear: (boot: number, ...seqs: number[]): void => {
      for (const seq of seqs) gaps.hear('hall', { boot, seq });
    },
    upTo: () => gaps.upTo('hall'),
  };
}

test('a receipt waits at a gap, goes on as it is filled, and passes it when it is full', () => {
  const { hear, upTo } = createHall();
  hear(1, 1, 2, 6, 7);
  expect(upTo()).toEqual({ boot: 1, seq: 2 });
  hear(1, 4);
  expect(upTo()).toEqual({ boot: 1, seq: 2 });
  hear(1, 3);
  expect(upTo()).toEqual({ boot: 1, seq: 4 });
  hear(1, 5);
  expect(upTo()).toEqual({ boot: 1, seq: 7 });
});

test('when the first gap is filled the receipt waits at the second', () => {
  const { hear, upTo } = createHall();
  hear(1, 1, 3, 5, 3, 2);
  expect(upTo()).toEqual({ boot: 1, seq: 3 });
  hear(1, 4);
  expect(upTo()).toEqual({ boot: 1, seq: 5 });
});

test('of a device whose first readings are missing, no receipt speaks until they came or had the time to', () => {
  const { clock, hear, upTo } = createHall();
  hear(1, 3);
  expect(upTo()).toBe(undefined);
  hear(1, 1);
  expect(upTo()).toEqual({ boot: 1, seq: 1 });
  clock.now = 90_000;
  expect(upTo()).toEqual({ boot: 1, seq: 3 });
  const other = createHall();
  other.hear(5, 2);
  other.clock.now = 90_000;
  expect(other.upTo()).toEqual({ boot: 5, seq: 2 });
});

test('what a receipt of somebody else covers is not waited for, and what is behind it still is', () => {
  const { gaps, hear, upTo } = createHall();
  hear(1, 1, 5, 9);
  gaps.settle('hall', { boot: 1, seq: 3 });
  expect(upTo()).toEqual({ boot: 1, seq: 3 });
  hear(1, 4);
  expect(upTo()).toEqual({ boot: 1, seq: 5 });
  gaps.settle('hall', { boot: 1, seq: 8 });
  expect(upTo()).toEqual({ boot: 1, seq: 9 });
  gaps.settle('hall', { boot: 2, seq: 30 });
  hear(2, 31, 33);
  expect(upTo()).toEqual({ boot: 2, seq: 31 });
  gaps.settle('hall', { boot: 1, seq: 99 });
  expect(upTo()).toEqual({ boot: 2, seq: 31 });
});

test('a gap that stays is given up when the device has had time to send again', () => {
  const { clock, hear, upTo } = createHall();
  hear(1, 1, 3);
  clock.now = 50_000;
  hear(1, 5);
  clock.now = 89_999;
  expect(upTo()).toEqual({ boot: 1, seq: 1 });
  clock.now = 90_000;
  expect(upTo()).toEqual({ boot: 1, seq: 3 });
  clock.now = 140_000;
  expect(upTo()).toEqual({ boot: 1, seq: 5 });
});

test('while a device fills one gap, the others are not given up: they are on their way behind it', () => {
  const { clock, hear, upTo } = createHall();
  hear(1, 1, 4, 6);
  clock.now = 80_000;
  hear(1, 2);
  clock.now = 160_000;
  hear(1, 3);
  expect(upTo()).toEqual({ boot: 1, seq: 4 });
});

test('patience begins anew when the broker is back', () => {
  const { clock, gaps, hear, upTo } = createHall();
  hear(1, 1, 3);
  clock.now = 500_000;
  gaps.giveTime();
  expect(upTo()).toEqual({ boot: 1, seq: 1 });
});

test('while the broker is away nothing is given up, also of gaps that are found meanwhile', () => {
  const { clock, gaps, hear, upTo } = createHall();
  hear(1, 1, 3);
  gaps.hold();
  hear(1, 5);
  clock.now = 500_000;
  expect(gaps.giveUp()).toEqual({ devices: [], nextAt: Infinity });
  expect(gaps.awaited('hall')).toBe(2);
  gaps.giveTime();
  expect(gaps.giveUp()).toEqual({ devices: [], nextAt: 590_000 });
  clock.now = 590_000;
  expect(gaps.giveUp()).toEqual({ devices: ['hall'], nextAt: Infinity });
  expect(upTo()).toEqual({ boot: 1, seq: 5 });
});

test('what is awaited counts down as it comes, and is none when it is given up', () => {
  const { clock, gaps, hear } = createHall();
  const awaited = () => gaps.awaited('hall');
  expect(awaited()).toBe(0);
  hear(1, 1, 4);
  expect(awaited()).toBe(2);
  hear(1, 2);
  expect(awaited()).toBe(1);
  clock.now = 50_000;
  hear(1, 6);
  expect(awaited()).toBe(2);
  expect(gaps.giveUp()).toEqual({ devices: [], nextAt: 90_000 });
  clock.now = 90_000;
  expect(awaited()).toBe(1);
  expect(gaps.giveUp()).toEqual({ devices: ['hall'], nextAt: 140_000 });
  clock.now = 140_000;
  expect(awaited()).toBe(0);
});

test('what is missing before the first that came of a boot is not counted, as a device may be added midway', () => {
  const { gaps, hear } = createHall();
  hear(1, 40, 43);
  expect(gaps.awaited('hall')).toBe(2);
  hear(1, 1);
  expect(gaps.awaited('hall')).toBe(40);
});

test('a new boot that begins with its first reading is no gap, and a counter that jumped is none', () => {
  const { hear, upTo } = createHall();
  hear(1, 1);
  hear(2, 1);
  expect(upTo()).toEqual({ boot: 2, seq: 1 });
  hear(2, 900_000);
  expect(upTo()).toEqual({ boot: 2, seq: 900_000 });
});

test('a new boot of which the beginning is missing waits before the boot', () => {
  const { hear, upTo } = createHall();
  hear(1, 1);
  hear(2, 3);
  expect(upTo()).toEqual({ boot: 1, seq: 1 });
  // What was lost of the boot before comes first, then the missing ones.
  hear(1, 2);
  hear(2, 1, 2);
  expect(upTo()).toEqual({ boot: 2, seq: 3 });
});

test('the spans of a store are heard as what they are', () => {
  const { gaps, hear, upTo } = createHall();
  gaps.hear('hall', { boot: 3, seq: 1 }, 20);
  gaps.hear('hall', { boot: 3, seq: 23 }, 40);
  expect(gaps.newest('hall')).toEqual({ boot: 3, seq: 40 });
  expect(upTo()).toEqual({ boot: 3, seq: 20 });
  hear(3, 21, 22);
  expect(upTo()).toEqual({ boot: 3, seq: 40 });
});
