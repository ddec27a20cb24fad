import type { ExportJob, ImportJob } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { exportSpan, exportWords, formatOf, importTitle, reportWords } from './transfer-words.ts';

const format = createFormat({ locale: 'en-GB', timeZone: 'UTC', temperatureUnit: 'celsius' });

describe('an export', () => {
  const job: ExportJob = {
    id: 'a',
    format: 'csv',
    state: 'running',
    share: 0.999,
    readings: 12_000,
    bytes: 480_000,
    startedAt: 0,
    endedAt: null,
  };

  it('says how far it is, and never that it is all before it is', () => {
    expect(exportWords(job, format)).toBe('99 %: 12,000 readings, 480 kB so far');
    expect(exportWords({ ...job, state: 'done', share: 1 }, format)).toBe('12,000 readings, 480 kB');
  });

  it('warns of a file that is not whole', () => {
    for (const state of ['cancelled', 'failed'] as const)
      expect(exportWords({ ...job, state }, format)).toContain('not whole');
  });

  it('takes dates as days of the home, also those of 23 and 25 hours', () => {
    const span = (from: string, to: string) => {
      const { from: a = 0, to: b = 0 } = exportSpan('dates', { from, to }, 0, 'Europe/Berlin');
      return [new Date(a).toISOString(), (b - a) / 3_600_000];
    };
    expect(span('2026-11-30', '2026-11-30')).toEqual(['2026-11-29T23:00:00.000Z', 24]);
    expect(span('2026-03-29', '2026-03-29')).toEqual(['2026-03-28T23:00:00.000Z', 23]);
    expect(span('2026-10-25', '2026-10-25')).toEqual(['2026-10-24T22:00:00.000Z', 25]);
    expect(exportSpan('dates', { from: '', to: '2026-11-30' }, 0, 'America/New_York')).toEqual({
      to: Date.parse('2026-12-01T05:00:00Z'),
    });
  });

  it('looks back from now, or takes all there is', () => {
    expect(exportSpan('day', { from: '', to: '' }, 86_400_000, 'UTC')).toEqual({ from: 0 });
    expect(exportSpan('all', { from: '2026-01-01', to: '' }, 0, 'UTC')).toEqual({});
  });
});

it('tells the format of a file by its name', () => {
  expect(['a.CSV', 'b.ndjson', 'home-assistant_v2.db', 'c.lp', 'd.parquet', 'e'].map(formatOf)).toEqual([
    'csv',
    'jsonl',
    'home-assistant',
    'line-protocol',
    'parquet',
    'csv',
  ]);
});

describe('an import', () => {
  const job: ImportJob = {
    id: 'a',
    name: 'old.csv',
    format: 'csv',
    mode: 'store',
    state: 'done',
    share: 1,
    bytes: 1000,
    report: {
      read: 1200,
      stored: 1000,
      alreadyThere: 150,
      skipped: [{ reason: 'time', count: 50, examples: [] }],
      sources: [],
    },
    problem: null,
    canStart: false,
    createdAt: 0,
    endedAt: 1,
  };

  it('accounts for every reading of the file', () => {
    expect(reportWords(job, format)).toBe('1,200 read, 1,000 stored, 150 already there, 50 skipped.');
    expect(reportWords({ ...job, mode: 'try' }, format)).toContain('1,000 to store');
  });

  it('leaves out what there is none of', () => {
    const report = { read: 5, stored: 5, alreadyThere: 0, skipped: [], sources: [] };
    expect(reportWords({ ...job, report }, format)).toBe('5 read, 5 stored.');
    expect(reportWords({ ...job, report: { ...report, read: 0, stored: 0 } }, format)).toBe(
      'No reading was found in it.',
    );
  });

  it('says that a try stored nothing, and that a cancelled one leaves what it stored', () => {
    expect(importTitle({ ...job, mode: 'try' }, format)).toBe('Tried. Nothing is stored yet');
    expect(importTitle({ ...job, state: 'cancelled' }, format)).toContain('stays');
    expect(importTitle({ ...job, state: 'failed', problem: 'it is no Parquet file' }, format)).toBe(
      'It failed: it is no Parquet file',
    );
  });
});
