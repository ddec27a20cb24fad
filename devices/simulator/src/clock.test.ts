import { expect, test } from 'vitest';
import { after, createSteppedClock } from './clock.ts';
import { createGate } from './gate.ts';
import { Histogram } from './meter.ts';

test('a stepped clock makes its calls in their order, at their instants, and stands still between', () => {
  const clock = createSteppedClock(1000);
  const calls: [string, number][] = [];
  const stop = clock.every(30, () => calls.push(['every', clock.now()]));
  after(clock, 50, () => calls.push(['after', clock.now()]));
  expect(clock.nextAt()).toBe(1030);
  clock.stepTo(1060);
  expect(calls).toEqual([
    ['every', 1030],
    ['after', 1050],
    ['every', 1060],
  ]);
  stop();
  expect(clock.nextAt()).toBe(Infinity);
  clock.stepTo(2000);
  expect(clock.now()).toBe(2000);
  expect(calls).toHaveLength(3);
});

test('a gate lets no more through than its rate, in order, and not whom has gone', async () => {
  const gate = createGate(500);
  const through: number[] = [];
  const startedAt = performance.now();
  await new Promise<void>((resolve) => {
    for (let i = 0; i < 100; i++) {
      const leave = gate.enter(() => {
        through.push(i);
        if (i === 99) resolve();
      });
      if (i === 50) leave();
    }
  });
  expect(performance.now() - startedAt).toBeGreaterThan(150);
  expect(through).toEqual(Array.from({ length: 100 }, (_, i) => i).filter((i) => i !== 50));
});

test('percentiles of durations are right within 5 %', () => {
  const histogram = new Histogram();
  expect(histogram.percentile(0.5)).toBeNaN();
  for (let i = 1; i <= 1000; i++) histogram.add(i / 10);
  for (const [share, ms] of [
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
  ] as const)
    expect(Math.abs(histogram.percentile(share) / ms - 1)).toBeLessThan(0.05);
});
