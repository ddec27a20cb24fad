import { openStore, type Arrival } from '@hearth/store';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../http/test-api.ts';
import { exportReadings } from './export.ts';
import { importReadings } from './import.ts';
import type { Workplace } from './outcome.ts';

const base = 1_795_363_200_000;
const dataDir = mkdtempSync(join(tmpdir(), 'hearth-cli-'));
let api: TestApi;
const place: Workplace = {
  dataDir,
  readingsPath: null,
  readingsUrl: null,
  target: '',
  from: dataDir,
  tell: () => undefined,
};
const everything = { format: null, devices: null, quantities: null, first: null, last: null } as const;

beforeAll(async () => {
  {
    await using store = await openStore({ path: join(dataDir, 'readings.db') });
    const readings = Array.from({ length: 500 }, (_, i): Arrival => {
      const at = base + i * 60_000;
      const values = { temperature: 20 + (i % 10) / 10, heating: i % 2 === 0 };
      return { device: 'hall', key: null, at, receivedAt: at, isLate: false, values };
    });
    await store.append(readings);
  }
  api = await startTestApi({ HEARTH_DATA_DIR: dataDir });
  await api.setUp();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

test('readings leave into a file by the command line, and are there already when they come back', async () => {
  const out = await exportReadings({ verb: 'export', file: 'all.csv', ...everything }, place);
  expect(out).toMatchObject({ isGood: true, json: { readings: 1000, format: 'csv' } });
  expect(readFileSync(join(dataDir, 'all.csv'), 'utf8').trim().split('\n')).toHaveLength(1001);

  const back = await importReadings({ verb: 'import', file: 'all.csv', format: null, isTry: false }, place);
  expect(back.isGood).toBe(true);
  expect(back.text).toBe('1,000 readings read: 0 stored, 1,000 there already, 0 skipped.\n');
});

test('a part leaves by device, quantity and time', async () => {
  const part = {
    ...everything,
    devices: 'hall',
    quantities: 'temperature',
    first: new Date(base + 60_000).toISOString(),
    last: String(base + 180_000),
  };
  const out = await exportReadings({ verb: 'export', file: 'part.jsonl', ...part }, place);
  expect(out.json).toMatchObject({ readings: 2, format: 'jsonl' });
});

test('what is skipped is told with its reason, and a try stores nothing', async () => {
  writeFileSync(
    join(dataDir, 'odd.csv'),
    'time,device,quantity,value,unit\n2026-11-30T07:00:00.000Z,bath,temperature,200,°C\n2026-11-30T07:00:00.000Z,bath,temperature,20,°C\n',
  );
  const tried = await importReadings({ verb: 'import', file: 'odd.csv', format: null, isTry: true }, place);
  expect(tried.text).toMatch(/^2 readings read: 1 would be taken, 1 skipped\.\n {2}range: 1\n/);
  const out = await exportReadings({ verb: 'export', file: 'after.csv', ...everything }, place);
  expect(out.json).toMatchObject({ readings: 1000 });
});

test('a format that there is not, a time that is none, and a folder on which nothing runs are told', async () => {
  await expect(exportReadings({ verb: 'export', file: 'a.xls', ...everything }, place)).rejects.toThrow(
    /one of csv/,
  );
  await expect(
    exportReadings({ verb: 'export', file: 'a.csv', ...everything, first: 'soon' }, place),
  ).rejects.toThrow(/a time is such as/);
  await expect(
    exportReadings(
      { verb: 'export', file: 'a.csv', ...everything },
      { ...place, dataDir: join(dataDir, 'none') },
    ),
  ).rejects.toThrow(/does not run/);
});
