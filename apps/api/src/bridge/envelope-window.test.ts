import { replayWindowSize, type EnvelopeCounter } from '@hearth/contract';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge, moved, type Window } from './envelope-window.ts';

const counters = fc.array(
  fc.record({ boot: fc.integer({ min: 0, max: 3 }), seq: fc.integer({ min: 1, max: 200 }) }),
  {
    maxLength: 300,
  },
);

/** What the window has to say, from all that was taken. */
function expected(taken: readonly EnvelopeCounter[], { boot, seq }: EnvelopeCounter): string {
  const newestBoot = Math.max(...taken.map((one) => one.boot));
  const newestSeq = Math.max(...taken.filter((one) => one.boot === newestBoot).map((one) => one.seq));
  if (taken.length === 0 || boot > newestBoot) return 'new';
  if (boot < newestBoot || seq <= newestSeq - replayWindowSize) return 'old';
  return taken.some((one) => one.boot === boot && one.seq === seq) ? 'taken' : 'new';
}

test('in whatever order envelopes come, none is taken twice, and each within 64 of the newest once', () => {
  fc.assert(
    fc.property(counters, (arriving) => {
      const taken: EnvelopeCounter[] = [];
      let window: Window | undefined;
      for (const counter of arriving) {
        expect(judge(window, counter)).toBe(expected(taken, counter));
        if (judge(window, counter) !== 'new') continue;
        window = moved(window, counter);
        taken.push(counter);
      }
    }),
  );
});

test('the window stays 64 bits wide, however far it jumps', () => {
  let window: Window | undefined;
  for (const seq of [1, 2, 64, 65, 66, 1000, Number.MAX_SAFE_INTEGER - 63, Number.MAX_SAFE_INTEGER]) {
    window = moved(window, { boot: 1, seq });
    expect(window.seen).toBeLessThan(1n << 64n);
    expect(judge(window, { boot: 1, seq })).toBe('taken');
  }
});
