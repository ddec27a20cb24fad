import type { LegMs, ProbeRun, Reporter } from '@hearth/contract';
import { expect, test } from 'vitest';
import { legCount, probeSettings, probeWords, readingMs, reporterWords } from './probe-words.ts';

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

const reporter = (more: Partial<Reporter>): Reporter => ({
  id: 'hearth-probe-garage',
  name: 'garage computer',
  addedAt: 0,
  heardAt: 5000,
  isOverdue: false,
  everyS: 30,
  broker: 'mqtt://10.0.0.7:1883',
  last: run({ legs: [{ leg: 'receive-1', ms: 2 }] }),
  failing: null,
  legs: [],
  ...more,
});

test('another machine’s probe is said in words: waiting, well, failing, and not heard from', () => {
  const words = (more: Partial<Reporter>) =>
    reporterWords(reporter(more), { span, moment: (at) => `${at / 1000} o’clock` });
  expect(words({ heardAt: null })).toEqual({ state: 'none', words: 'Waits for its first report.' });
  expect(words({})).toEqual({ state: 'good', words: 'There and back in 2 ms, every 30 s.' });
  const failing = { leg: 'tcp', reason: 'nothing listens there', since: 4000 } as const;
  expect(words({ failing })).toEqual({
    state: 'red',
    words: 'Ends at “Reach the broker” since 4 o’clock: nothing listens there.',
  });
  expect(words({ failing, isOverdue: true })).toEqual({
    state: 'late',
    words: 'Not heard from since 5 o’clock.',
  });
});

test('the settings of another machine have all that its probe needs, and what its broker has no use for is left out', () => {
  const made = { id: 'hearth-probe-garage', name: 'garage', token: 'T' };
  const broker = { url: 'mqtts://hearth:8883', topic: 'hearth-probe/hearth-probe-garage', ca: null };
  expect(JSON.parse(probeSettings({ ...made, broker }, 'http://hearth:8080'))).toEqual({
    broker: 'mqtts://hearth:8883',
    user: 'hearth-probe-garage',
    topic: 'hearth-probe/hearth-probe-garage',
    report: 'http://hearth:8080',
    token: 'T',
  });
  expect(JSON.parse(probeSettings({ ...made, broker: null }, 'http://hearth:8080'))).toEqual({
    report: 'http://hearth:8080',
    token: 'T',
  });
});
