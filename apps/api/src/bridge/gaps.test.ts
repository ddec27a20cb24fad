import { expect, test } from 'vitest';
import { createGaps } from './gaps.ts';

test('a receipt waits at a gap until it is filled', () => {
  const gaps = createGaps(() => 0);
  for (const seq of [1, 2, 6, 7]) gaps.hear('a', { boot: 1, seq });
  expect(gaps.upTo('a')).toEqual({ boot: 1, seq: 2 });
  for (const seq of [3, 4]) gaps.hear('a', { boot: 1, seq });
  expect(gaps.upTo('a')).toEqual({ boot: 1, seq: 2 });
  gaps.hear('a', { boot: 1, seq: 5 });
  expect(gaps.upTo('a')).toEqual({ boot: 1, seq: 7 });
});

test('a gap that stays is given up when the device has had time to send again', () => {
  let now = 0;
  const gaps = createGaps(() => now);
  for (const seq of [1, 3]) gaps.hear('a', { boot: 1, seq });
  expect(gaps.upTo('a')).toEqual({ boot: 1, seq: 1 });
  now = 90_000;
  expect(gaps.upTo('a')).toEqual({ boot: 1, seq: 3 });
});

test('a new boot and a counter that jumped are no gaps', () => {
  const gaps = createGaps(() => 0);
  for (const key of [
    { boot: 1, seq: 8 },
    { boot: 2, seq: 3 },
    { boot: 2, seq: 900_000 },
  ])
    gaps.hear('a', key);
  expect(gaps.upTo('a')).toEqual({ boot: 2, seq: 900_000 });
});
