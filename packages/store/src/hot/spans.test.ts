import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Spans } from './spans.ts';

function merged(seqs: Set<number>): { first: number; last: number; firstAt: number; lastAt: number }[] {
  const spans: { first: number; last: number; firstAt: number; lastAt: number }[] = [];
  for (const seq of [...seqs].sort((a, b) => a - b)) {
    const span = spans.at(-1);
    if (span && span.last === seq - 1) Object.assign(span, { last: seq, lastAt: seq * 7 });
    else spans.push({ first: seq, last: seq, firstAt: seq * 7, lastAt: seq * 7 });
  }
  return spans;
}

test('numbers taken in any order merge into intervals that neither overlap nor touch', () => {
  const big = Number.MAX_SAFE_INTEGER - 20;
  const seq = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: big, max: big + 20 }));
  fc.assert(
    fc.property(fc.array(seq, { maxLength: 60 }), (all) => {
      const spans = new Spans();
      const seen = new Set<number>();
      for (const one of all) {
        expect(spans.has(one)).toBe(seen.has(one));
        expect(spans.take(one, one * 7)).toBe(!seen.has(one));
        seen.add(one);
      }
      expect(spans.list).toEqual(merged(seen));
    }),
    { numRuns: 500 },
  );
});
