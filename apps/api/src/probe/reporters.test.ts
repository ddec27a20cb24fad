import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '@hearth/contract';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { openReporters } from './reporters.ts';

const started = 1_795_363_200_000;

/** Reporters on a database of their own, with a clock that the test sets; `reopen` is a restart. */
function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-reporters-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const db = openDatabase(folder);
  onTestFinished(() => void db.close());
  const clock = { at: started };
  const open = () => openReporters({ db, now: () => clock.at, timeZone: () => 'Europe/Berlin' });
  return { clock, open };
}

const token = 'A'.repeat(43);
const garage = { id: 'hearth-probe-garage', name: 'Garage', token };
const reportOf = (...runs: Report['runs']): Report => ({ broker: 'mqtt://10.0.0.7:1883', everyS: 30, runs });
const whole = (agoMs: number, ms = 2) => ({ agoMs, legs: [{ leg: 'tcp' as const, ms }] });
const failed = (agoMs: number) => ({
  agoMs,
  legs: [],
  failed: { leg: 'tcp' as const, reason: 'nothing listens there' },
});

test('one is overdue when three runs are missing, and by our own restart it is not', () => {
  const { clock, open } = setUp();
  const reporters = open();
  reporters.add(garage);
  expect(reporters.list()).toMatchObject([{ heardAt: null, isOverdue: false }]);
  reporters.take(token, reportOf(whole(0)));
  clock.at += 99_000;
  expect(reporters.list()).toMatchObject([{ heardAt: started, isOverdue: false }]);
  clock.at += 2000;
  expect(reporters.list()).toMatchObject([{ heardAt: started, isOverdue: true }]);
  reporters[Symbol.dispose]();
  clock.at += 3_600_000;
  const later = open();
  expect(later.list()).toMatchObject([{ heardAt: started, isOverdue: false }]);
  clock.at += 101_000;
  expect(later.list()).toMatchObject([{ heardAt: started, isOverdue: true }]);
});

test('runs that waited are put where they were by their age, whatever clock that machine has', () => {
  const { open } = setUp();
  const reporters = open();
  reporters.add(garage);
  reporters.take(token, reportOf(whole(90_000, 2), failed(60_000), failed(30_000)));
  const [shown] = reporters.list();
  expect(shown).toMatchObject({
    last: { startedAt: started - 30_000, state: 'failed' },
    failing: { leg: 'tcp', reason: 'nothing listens there', since: started - 60_000 },
    legs: [{ leg: 'tcp', count: 1, failures: 2 }],
  });
  reporters.take(token, reportOf(whole(0, 2)));
  expect(reporters.list()).toMatchObject([{ failing: null, legs: [{ count: 2 }] }]);
});

test('what was reported outlives a restart, and ends with the reporter', () => {
  const { open } = setUp();
  const reporters = open();
  reporters.add(garage);
  reporters.take(token, reportOf(whole(0)));
  reporters[Symbol.dispose]();
  const later = open();
  expect(later.list()).toMatchObject([{ broker: 'mqtt://10.0.0.7:1883', legs: [{ leg: 'tcp', count: 1 }] }]);
  later.remove(garage.id);
  later[Symbol.dispose]();
  const last = open();
  expect(last.list()).toEqual([]);
  last.add(garage);
  expect(last.list()).toMatchObject([{ heardAt: null, legs: [] }]);
});

test('one that floods is told to wait, and others are not', () => {
  const { clock, open } = setUp();
  const reporters = open();
  reporters.add(garage);
  const attic = { id: 'hearth-probe-attic', name: 'Attic', token: 'B'.repeat(43) };
  reporters.add(attic);
  const flood = () => {
    for (let i = 0; i < 13; i++) reporters.take(token, reportOf(whole(0)));
  };
  expect(flood).toThrow('Wait 5 s');
  reporters.take(attic.token, reportOf(whole(0)));
  clock.at += 5000;
  reporters.take(token, reportOf(whole(0)));
});

test('at most twenty machines report, by names that differ and ids that nobody else has', () => {
  const { open } = setUp();
  const reporters = open();
  expect(reporters.idFor('Echo')).toBe('hearth-probe-echo-2');
  expect(reporters.idFor('Garage (Ümlaut)')).toBe('hearth-probe-garage-umlaut');
  expect(reporters.idFor('車庫')).toBe('hearth-probe-place');
  for (let i = 0; i < 20; i++)
    reporters.add({ id: reporters.idFor(`Place ${i}`), name: `Place ${i}`, token: `${i}`.padStart(43, 'C') });
  expect(() => reporters.idFor('place 7')).toThrow('reports already');
  expect(() => reporters.idFor('Another')).toThrow('At most 20');
});
