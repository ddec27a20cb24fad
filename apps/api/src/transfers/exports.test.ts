import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportJob } from '@hearth/contract';
import { openStore, type Arrival } from '@hearth/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../http/test-api.ts';
import { exportFileName } from './export-file.ts';

const day = 86_400_000;
const noon = Date.UTC(2026, 10, 22, 12);
const count = 200_000;
const dataDir = mkdtempSync(join(tmpdir(), 'hearth-exports-'));
let api: TestApi;

/** Readings that an api before left behind: few of one device, and of another more than a socket holds. */
async function keepReadings(): Promise<void> {
  await using store = await openStore({ path: join(dataDir, 'readings.db') });
  const arrival = (device: string, at: number, values: Arrival['values']): Arrival => ({
    device,
    key: null,
    at,
    receivedAt: at,
    isLate: false,
    values,
  });
  await store.append([
    arrival('hall', noon, { temperature: 20.6, heating: true }),
    arrival('hall', noon + 1000, { temperature: 20.7 }),
  ]);
  await store.append(
    Array.from({ length: count }, (_, i) =>
      arrival('attic', noon - (count - i) * 60_000, { temperature: (i % 300) / 10 }),
    ),
  );
}

beforeAll(async () => {
  await keepReadings();
  api = await startTestApi({ HEARTH_DATA_DIR: dataDir }, { now: () => noon + day });
  await api.setUp();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

const jobs = async (): Promise<ExportJob[]> => (await api.call('GET', '/api/exports')).body;
const jobOf = async (id: string) => (await jobs()).find((job) => job.id === id);

const ask = (query: string, method = 'GET'): Promise<Response> =>
  fetch(`${api.url}/api/export?${query}`, { method, headers: { cookie: api.cookie! } });

/** A download of which nothing is read yet. */
async function download(query: string): Promise<IncomingMessage> {
  const request = get(`${api.url}/api/export?${query}`, { headers: { cookie: api.cookie! } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

describe('an export', () => {
  it('is a file with a name', async () => {
    const query = `format=csv&devices=hall&from=${noon - day}&to=${noon + day}`;
    const { status, headers, body } = await api.call('GET', `/api/export?${query}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv');
    expect(headers.get('content-disposition')).toBe(
      'attachment; filename="hearth-hall-2026-11-21-to-2026-11-23.csv"',
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toBe(
      [
        'time,device,quantity,value,unit',
        '2026-11-22T12:00:00.000Z,hall,heating,true,',
        '2026-11-22T12:00:00.000Z,hall,temperature,20.6,°C',
        '2026-11-22T12:00:01.000Z,hall,temperature,20.7,°C',
        '',
      ].join('\r\n'),
    );
  });

  it('has everything when nothing is left out, and is listed with what it came to', async () => {
    const body = await (await ask('format=jsonl&id=all-of-it')).text();
    expect(body.trimEnd().split('\n')).toHaveLength(count + 3);
    expect(await jobOf('all-of-it')).toMatchObject({
      format: 'jsonl',
      state: 'done',
      share: 1,
      readings: count + 3,
      bytes: Buffer.byteLength(body),
    });
  });

  it.each([
    ['bad-request', 'format=xml'],
    ['bad-request', 'format=csv&quantities=pressure'],
    ['bad-request', 'format=csv&devices=../etc'],
    ['bad-request', 'format=csv&from=1&to=2'],
    ['bad-request', 'format=csv&id=a%20b'],
    ['not-found', 'format=csv&devices=hall,cellar'],
    ['not-found', `format=csv&devices=hall&from=${noon + day}`],
    ['already-there', 'format=csv&id=all-of-it'],
  ])('is refused as %s: %s', async (code, query) => {
    const { status, headers, body } = await api.call('GET', `/api/export?${query}`);
    expect(body.type).toBe(`/problems/${code}`);
    expect(status).toBe(body.status);
    expect(headers.get('content-disposition')).toBeNull();
  });

  it('is not begun by who asks for its head', async () => {
    const before = (await jobs()).length;
    expect((await ask('format=csv', 'HEAD')).status).toBe(404);
    expect(await jobs()).toHaveLength(before);
  });

  it('waits for whoever takes it, and ends with a broken download when it is cancelled', async () => {
    const response = await download('format=jsonl&devices=attic&id=slow');
    await expect.poll(async () => (await jobOf('slow'))?.readings).toBeGreaterThan(0);
    expect(await jobOf('slow')).toMatchObject({ state: 'running' });
    expect((await jobOf('slow'))!.readings).toBeLessThan(count);
    const ended = new Promise((resolve) => response.on('error', () => undefined).on('close', resolve));
    expect((await api.call('DELETE', '/api/exports/slow')).status).toBe(204);
    response.resume();
    await ended;
    expect(response.complete).toBe(false);
    await expect.poll(async () => (await jobOf('slow'))?.state).toBe('cancelled');
    expect((await api.call('DELETE', '/api/exports/slow')).status).toBe(404);
  });

  it('ends with the connection of whoever took it', async () => {
    const response = await download('format=jsonl&devices=attic&id=left');
    response.on('error', () => undefined);
    response.destroy();
    await expect.poll(async () => (await jobOf('left'))?.state).toBe('cancelled');
  });

  it('is one of four at most', async () => {
    const open = await Promise.all(
      ['a', 'b', 'c', 'd'].map((id) => download(`format=jsonl&devices=attic&id=many-${id}`)),
    );
    const { body } = await api.call('GET', '/api/export?format=csv');
    expect(body).toMatchObject({ type: '/problems/too-many', retryAfterS: 30 });
    for (const response of open) response.on('error', () => undefined).destroy();
    await expect.poll(async () => (await jobs()).filter(({ state }) => state === 'running')).toEqual([]);
    expect((await api.call('GET', '/api/export?format=csv&devices=hall')).status).toBe(200);
  });
});

describe('the name of a file', () => {
  const at = Date.UTC(2026, 10, 30, 23, 30);
  it.each([
    ['hearth-2026-12-01.parquet', { format: 'parquet' }],
    ['hearth-hall-2026-12-01.csv', { format: 'csv', devices: 'hall' }],
    ['hearth-2026-12-01.csv', { format: 'csv', devices: 'hall,attic' }],
    [
      'hearth-hall-temperature-2026-11-01-to-2026-12-01.csv',
      { format: 'csv', devices: 'hall', quantities: 'temperature', from: Date.UTC(2026, 10, 1) },
    ],
    [
      'hearth-2026-11-01-to-2026-11-02.jsonl',
      { format: 'jsonl', from: Date.UTC(2026, 9, 31, 23), to: Date.UTC(2026, 10, 2, 23) },
    ],
    ['hearth-until-2026-11-02.jsonl', { format: 'jsonl', to: Date.UTC(2026, 10, 2, 23) }],
  ] as const)('is %s', (name, query) => {
    expect(exportFileName(query, at, 'Europe/Berlin')).toBe(name);
  });
});
