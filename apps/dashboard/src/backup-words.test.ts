import type { Backup } from '@hearth/contract';
import { expect, it } from 'vitest';
import { backupWords, nextWords, stepWords } from './backup-words.ts';
import { createFormat } from './format.ts';

const format = createFormat({ locale: 'en-GB', timeZone: 'Europe/Berlin', temperatureUnit: 'celsius' });

it('says what a backup does now, and how far that is', () => {
  expect(stepWords('sealing')).toEqual({
    words: 'Putting the newest readings away, step 1 of 5',
    share: 0,
  });
  expect(stepWords('verifying').share).toBeCloseTo(0.6);
});

it('says when the next one is made, in the home’s time', () => {
  expect(nextWords(Date.parse('2026-12-01T02:30:00Z'), format)).toBe(
    'The next one is made on Tuesday 1 December, 03:30.',
  );
  expect(nextWords(null, format)).toContain('only when you ask');
});

it('says what is in a backup and what is not', () => {
  const backup: Backup = {
    id: '2026-11-30T02-30-00Z',
    at: 0,
    state: 'good',
    bytes: 4_200_000,
    tookMs: 8400,
    checkedAt: 0,
    readings: { devices: 2, series: 9, blocks: 40, readings: 120_000, digest: '0'.repeat(64) },
    leftOut: [],
  };
  expect(backupWords(backup, format)).toBe('120,000 readings, 4.2 MB, took 8 s');
  expect(backupWords({ ...backup, readings: null, leftOut: ['the broker’s passwords'] }, format)).toBe(
    '4.2 MB, took 8 s. Not in it: the broker’s passwords',
  );
});
