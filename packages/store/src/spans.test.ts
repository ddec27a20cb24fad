import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWritable } from './database.ts';
import { openSpans } from './spans.ts';

function merged(seqs: Set<number>): { first: number; last: number }[] {
  const spans: { first: number; last: number }[] = [];
  for (const seq of [...seqs].sort((a, b) => a - b)) {
    const span = spans.at(-1);
    if (span && span.last === seq - 1) span.last = seq;
    else spans.push({ first: seq, last: seq });
  }
  return spans;
}

test('numbers taken in any order merge into intervals that neither overlap nor touch', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-store-'));
  const db = openWritable(join(folder.path, 'readings.db'));
  const spans = openSpans(db);
  const kept = db.prepare<[number, number]>(
    'SELECT first, last FROM span WHERE device = ? AND boot = ? ORDER BY first',
  );
  let device = 0;
  const big = Number.MAX_SAFE_INTEGER - 20;
  const taken = fc.record({
    boot: fc.integer({ min: 0, max: 1 }),
    seq: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: big, max: big + 20 })),
  });
  fc.assert(
    fc.property(
      fc.array(taken, { maxLength: 60 }),
      db.transaction((all: readonly { boot: number; seq: number }[]) => {
        device++;
        const seen = [new Set<number>(), new Set<number>()];
        for (const { boot, seq } of all) {
          expect(spans.take(device, boot, seq)).toBe(!seen[boot]!.has(seq));
          seen[boot]!.add(seq);
        }
        for (const boot of [0, 1]) expect(kept.all(device, boot)).toEqual(merged(seen[boot]!));
      }),
    ),
    { numRuns: 300 },
  );
  db.close();
});
