import { describe, expect, it } from 'vitest';
import type { CheckResult, CheckRun, CheckSummary } from '@hearth/contract';
import { chaptersOf, countWords, outcomeWords, ruleWords } from './check-words.ts';
import { createFormat } from './format.ts';

const format = createFormat({ locale: 'en', timeZone: 'UTC', temperatureUnit: 'celsius' });

const result = (id: string, verdict: CheckResult['verdict'], why?: string): CheckResult => ({
  id,
  level: 'must',
  says: 'answers',
  clause: 'Requests',
  verdict,
  ...(why === undefined ? {} : { why }),
});
const asked: CheckRun['asked'] = {
  device: 'hall',
  host: '127.0.0.1',
  isQuick: true,
  isPlain: false,
  hasHands: false,
};
const summary = (outcome: CheckSummary['outcome'], passed: number, failed = 0): CheckSummary => ({
  outcome,
  passed,
  failed,
  notApplicable: 0,
  notRun: 0,
});

describe('what came of the checks', () => {
  it('is counted with the bad first, and says what is left', () => {
    const results = [
      result('a', 'pass'),
      result('b', 'not-run'),
      result('c', 'fail'),
      result('d', 'not-applicable'),
    ];
    expect(countWords(results, { count: 3, word: 'to come' }, format)).toBe(
      '1 failed, 1 passed, 1 not applicable, 1 not run, 3 to come',
    );
    expect(countWords([], { count: 73, word: 'not tried' }, format)).toBe('73 not tried');
  });

  it('is shown by chapter, in the order of the contract, without chapters that are not checked', () => {
    const rule = (id: string) => ({ id, level: 'must' as const, says: 'answers' });
    const rules = [rule('writes.off'), rule('connect.will'), rule('connect.retry')];
    const shown = chaptersOf({ rules, results: [result('connect.will', 'pass')], now: 'connect.retry' });
    expect(shown.map(({ id, rules: some }) => [id, some.map(({ rule: { id: name } }) => name)])).toEqual([
      ['connect', ['connect.will', 'connect.retry']],
      ['writes', ['writes.off']],
    ]);
    expect(shown[0]!.rules).toMatchObject([
      { result: { verdict: 'pass' }, isNow: false },
      { result: null, isNow: true },
    ]);
  });

  it('begins like a sentence', () => {
    expect(ruleWords({ says: 'refuses what is stale' })).toBe('Refuses what is stale');
  });
});

describe('the outcome of a run', () => {
  const words = (about: CheckSummary, results: CheckResult[] = [], chapters?: ['requests']) =>
    outcomeWords({ asked: { ...asked, ...(chapters ? { chapters } : {}) }, results }, about);

  it('is about all of it only where all of it was checked', () => {
    expect(words(summary('passed', 73))).toEqual({ title: 'It passes', more: 'All that must hold does.' });
    expect(words(summary('passed', 13), [], ['requests']).more).toMatch(/^Of what was checked/);
    expect(words(summary('passed', 72, 1)).more).toContain('should hold and does not is below');
  });

  it('tells a device that never came from one that fails', () => {
    expect(words(summary('incomplete', 0)).title).toBe('Nothing was heard of it');
    expect(words(summary('failed', 0, 1)).title).toBe('It does not pass');
  });

  it('names the way to what could not be tried', () => {
    const power = result('birth.boot', 'not-run', 'the kit cannot cut its power: see --run');
    expect(words(summary('incomplete', 60), [power]).more).toContain('docs/conformance.md');
    expect(words(summary('incomplete', 60)).more).not.toContain('docs/conformance.md');
  });
});
