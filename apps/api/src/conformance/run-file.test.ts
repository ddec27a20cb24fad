import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult, CheckRun, KitLine } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { beginRun, withLine } from './check-run.ts';
import { openRunFile } from './run-file.ts';

const at = 1_795_363_200_000;
const log = createLog('test', 'silent');
const asked = { device: 'hall', host: 'localhost', isQuick: true, isPlain: false, hasHands: true };
const rule = { id: 'requests.stale', level: 'must', says: 'refuses what is stale' } as const;
const begun = beginRun(
  'r1',
  asked,
  { line: 'open', port: 8886, secret: 'hush', ca: null, waitMs: 1000, rules: [rule] },
  at,
);
const lines: KitLine[] = [
  { line: 'device', device: { maker: 'Me', model: 'T 1', firmware: '2.0' } },
  { line: 'check', id: rule.id },
  { line: 'step', movement: 'knob', withinMs: 600_000 },
];
const running = lines.reduce((run, line) => withLine(run, line, 1, at + 1), begun);
const result: CheckResult = { ...rule, clause: 'Requests', verdict: 'pass', evidence: ['1.0 s'] };
const summary = { outcome: 'passed', passed: 1, failed: 0, notApplicable: 0, notRun: 0 } as const;

let path = '';
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'hearth-run-')), 'run.json');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

test('lines of the kit make a run: where it is, what a hand has to do, and what came of it', () => {
  expect(begun).toMatchObject({ state: 'waiting', waitsUntil: at + 1000, port: 8886 });
  expect(running).toMatchObject({
    state: 'running',
    now: rule.id,
    step: { number: 1, movement: 'knob', until: at + 600_001 },
  });
  const judged = withLine(running, { line: 'result', result }, 1, at + 2);
  expect(judged).toMatchObject({ now: null, step: null, results: [{ id: rule.id, verdict: 'pass' }] });
  expect(judged.results[0]).not.toHaveProperty('evidence');
  const unheard = { maker: '', model: '', firmware: '' };
  expect(withLine(judged, { line: 'end', device: unheard, summary }, 1, at + 3)).toMatchObject({
    state: 'ended',
    endedAt: at + 3,
    device: { maker: 'Me' },
    summary,
  });
  expect(JSON.stringify(judged)).not.toContain('hush');
});

test('a run that ended outlives the process, and one that was under way broke off with it', async () => {
  const file = openRunFile(path, log);
  expect(file.load(at)).toBeNull();
  const ended: CheckRun = { ...running, state: 'stopped', now: null, step: null, endedAt: at + 5 };
  file.save(running);
  file.save(ended);
  await file.saved();
  expect(openRunFile(path, log).load(at + 9)).toEqual(ended);
  file.save(running);
  await file.saved();
  expect(openRunFile(path, log).load(at + 9)).toMatchObject({
    state: 'broken',
    endedAt: at + 9,
    step: null,
    problem: 'Hearth was stopped while the device was being checked.',
  });
});

test('half a file, and that of another version, are no run', async () => {
  const file = openRunFile(path, log);
  file.save(running);
  await file.saved();
  const text = readFileSync(path, 'utf8');
  for (const other of [text.slice(0, 100), '{}', text.replace('"waitsUntil"', '"waits"')]) {
    writeFileSync(path, other);
    expect(openRunFile(path, log).load(at)).toBeNull();
  }
});
