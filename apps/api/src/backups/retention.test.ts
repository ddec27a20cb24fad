import type { Backup } from '@hearth/contract';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { backupId } from './backup-id.ts';
import { goneForRoom, outlived } from './retention.ts';

const dayMs = 86_400_000;
const newest = Date.parse('2026-11-30T02:30:00Z');
const keep = { days: 7, weeks: 4, months: 12 };

function backupOf(at: number, state: Backup['state'] = 'good'): Backup {
  return { id: backupId(at), at, state, bytes: 1, tookMs: 1, checkedAt: at, readings: null, leftOut: [] };
}
const keptOf = (backups: readonly Backup[]): string[] => {
  const gone = outlived(backups, keep);
  return backups.map(({ id }) => id).filter((id) => !gone.includes(id));
};
const days = (ids: readonly string[]): string[] => ids.map((id) => id.slice(0, 10));

test('of two years of nights 7 days, 4 weeks and 12 months are kept', () => {
  const kept = days(keptOf(Array.from({ length: 730 }, (_, i) => backupOf(newest - i * dayMs))));
  expect(kept.slice(0, 7)).toEqual(['30', '29', '28', '27', '26', '25', '24'].map((day) => `2026-11-${day}`));
  // Sundays end weeks, and the last days end months.
  expect(kept.slice(7)).toEqual([
    '2026-11-22',
    '2026-11-15',
    ...['10-31', '09-30', '08-31', '07-31', '06-30', '05-31', '04-30', '03-31', '02-28', '01-31'].map(
      (day) => `2026-${day}`,
    ),
    '2025-12-31',
  ]);
});

test('after a long pause the old ones are still there, and of one day only the newest', () => {
  const before = [200, 201, 202].map((days_) => backupOf(newest - days_ * dayMs));
  const today = [0, 1, 2].map((hours) => backupOf(newest - hours * 3_600_000));
  expect(outlived([...today, ...before], keep)).toEqual([today[2]!.id, today[1]!.id]);
});

test('a red one goes when there is a newer one, and until then nothing takes the place of a good one', () => {
  const [a, b, c] = [0, 1, 2].map((days_) => newest - days_ * dayMs) as [number, number, number];
  expect(outlived([backupOf(a, 'red'), backupOf(b, 'red'), backupOf(c)], keep)).toEqual([backupId(b)]);
  expect(outlived([backupOf(a), backupOf(b, 'red')], keep)).toEqual([backupId(b)]);
});

test('for room the oldest go first, and none where all of them would not do', () => {
  const backups = [0, 1, 2, 3].map((daysAgo) =>
    Object.assign(backupOf(newest - daysAgo * dayMs), { bytes: 10 }),
  );
  const ids = backups.map(({ id }) => id);
  expect(goneForRoom(backups, 0)).toEqual([]);
  expect(goneForRoom(backups, 15)).toEqual([ids[3], ids[2]]);
  expect(goneForRoom(backups, 30)).toEqual([ids[3], ids[2], ids[1]]);
  expect(goneForRoom(backups, 31)).toEqual([]);
});

test('the newest good one is never let go, whatever is kept and whatever lacks room', () => {
  const some = fc.array(fc.record({ hours: fc.integer({ min: 0, max: 10_000 }), isGood: fc.boolean() }));
  const few = fc.record({ days: fc.nat(3), weeks: fc.nat(3), months: fc.nat(3) });
  fc.assert(
    fc.property(some, few, fc.nat(20), (given, kept, lacking) => {
      const backups = given
        .map(({ hours, isGood }) => backupOf(newest - hours * 3_600_000, isGood ? 'good' : 'red'))
        .sort((a, b) => b.at - a.at);
      const good = backups.find(({ state }) => state === 'good')?.id ?? 'none';
      expect(outlived(backups, kept)).not.toContain(good);
      expect(goneForRoom(backups, lacking)).not.toContain(good);
    }),
  );
});
