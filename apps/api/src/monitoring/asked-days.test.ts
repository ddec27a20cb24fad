import type { AskOutcome } from '@hearth/contract';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { newEntry } from '../devices/entry.ts';
import { openRegistry } from '../devices/registry.ts';
import { openAskedDays } from './asked-days.ts';

const dayMs = 86_400_000;
const answered = (roundTripMs: number): AskOutcome => ({
  outcome: 'answered',
  values: {},
  measuredAt: 0,
  ageMs: 0,
  source: 'device',
  roundTripMs,
  legs: { toBrokerMs: 0, onDeviceMs: null, wireMs: roundTripMs },
});

test('percentiles and counts are kept by day, over restarts, for 30 days and as long as the device is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-asked-'));
  const db = openDatabase(folder);
  try {
    const registry = openRegistry(db);
    let now = Date.UTC(2026, 10, 24, 12);
    registry.save(newEntry('hall', 'Hall', 'contract'), now);
    const open = () =>
      openAskedDays(
        db,
        () => now,
        () => 'Europe/Berlin',
      );
    let days = open();
    for (let ms = 1; ms <= 100; ms++) days.note('hall', answered(ms));
    days.note('hall', { outcome: 'timed-out', deadlineMs: 5000 });
    days.note('hall', { outcome: 'not-connected', since: null });
    days.note('hall', { outcome: 'refused', code: 'cannot-be-asked', roundTripMs: null });
    days.note('hall', { outcome: 'refused', code: 'busy', roundTripMs: 3 });
    days[Symbol.dispose]();
    days = open();
    const [today] = days.of('hall');
    expect(today).toMatchObject({ day: '2026-11-24', answered: 100, timedOut: 1, refused: 1, malformed: 0 });
    for (const [figure, ms] of [
      [today!.p50Ms, 50],
      [today!.p95Ms, 95],
      [today!.p99Ms, 99],
    ] as const)
      expect(Math.abs(figure! / ms - 1)).toBeLessThan(0.021);
    now += dayMs;
    days.note('hall', answered(7));
    expect(days.of('hall').map(({ day, answered: count }) => [day, count])).toEqual([
      ['2026-11-25', 1],
      ['2026-11-24', 100],
    ]);
    now += 30 * dayMs;
    days.note('hall', answered(7));
    expect(days.of('hall').map(({ day }) => day)).toEqual(['2026-12-25']);
    registry.remove('hall');
    days[Symbol.dispose]();
    expect(open().of('hall')).toEqual([]);
  } finally {
    db.close();
    rmSync(folder, { recursive: true });
  }
});
