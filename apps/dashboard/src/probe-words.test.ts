import type { LegMs, ProbeRun } from '@hearth/contract';
import { expect, test } from 'vitest';
import { legCount, probeWords, readingMs } from './probe-words.ts';

const span = (ms: number) => `${ms} ms`;
const reading: LegMs[] = [
  { leg: 'bridge', ms: 4 },
  { leg: 'commit', ms: 5 },
  { leg: 'receipt', ms: 60 },
  { leg: 'query', ms: 3 },
];
const run = (more: Partial<ProbeRun>): ProbeRun => ({ startedAt: 0, state: 'whole', legs: reading, ...more });

test('a reading takes what lies between device and reader, without its receipt', () => {
  expect(readingMs(run({}))).toBe(12);
  expect(readingMs(run({ legs: reading.slice(0, 2) }))).toBeNull();
});

test('every state is said in words', () => {
  const words = (last: ProbeRun | null, failing: Parameters<typeof probeWords>[0]['failing'] = null) =>
    probeWords({ last, failing, periodS: 30 }, span);
  expect(words(null)).toMatchObject({ state: 'none', words: 'It is gone every 30 s.' });
  expect(words(run({}))).toMatchObject({
    state: 'good',
    words: 'A reading can be read 12 ms after it was sent.',
  });
  expect(words(run({ state: 'cannot', cannot: 'by hand.' }))).toMatchObject({
    words: 'Cannot probe: by hand.',
  });
  expect(
    words(run({ state: 'failed' }), { leg: 'commit', reason: 'nothing came within 10 s', since: 0 }),
  ).toMatchObject({
    state: 'red',
    words: 'It ends at “Onto the disk”: nothing came within 10 s.',
  });
});

test('a whole run has fifteen legs', () => {
  expect(legCount).toBe(15);
});
