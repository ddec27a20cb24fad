import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ImportJob, SeriesAnswer } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpLimits } from '../http/server.ts';
import { startTestApi, type TestApi } from '../http/test-api.ts';

const noon = Date.UTC(2026, 10, 22, 12);
const heading = 'time,device,quantity,value,unit\n';
const line = (device: string, i: number, value: number): string =>
  `${new Date(noon + i * 1000).toISOString()},${device},temperature,${value},°C\n`;
const csv = (device: string, count: number): string =>
  heading + Array.from({ length: count }, (_, i) => line(device, i, (i % 300) / 10)).join('');

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi(
    { HEARTH_IMPORT_MAX_MB: '5' },
    { now: () => noon + 86_400_000, limits: { ...httpLimits, requestTimeoutMs: 500, fileStallMs: 3000 } },
  );
  await api.setUp();
});
afterAll(() => api[Symbol.asyncDispose]());

const uploadTo = async (to: TestApi, query: string, body: string) => {
  const response = await fetch(`${to.url}/api/imports?${query}`, {
    method: 'POST',
    headers: { cookie: to.cookie!, 'content-type': 'text/csv' },
    body,
  });
  return { status: response.status, body: (await response.json()) as ImportJob & { type?: string } };
};
const upload = (query: string, body: string) => uploadTo(api, query, body);
const jobOf = async (id: string): Promise<ImportJob> => (await api.call('GET', `/api/imports/${id}`)).body;
const ended = async (id: string): Promise<ImportJob> => {
  await expect.poll(async () => (await jobOf(id)).endedAt, { timeout: 30_000 }).not.toBeNull();
  return jobOf(id);
};
const files = (): string[] => readdirSync(join(api.folder, 'data/imports'));

describe('an import', () => {
  it('is uploaded, stored and reported, and its device is seen with its history', async () => {
    const { status, body } = await upload(
      'format=csv&name=Old%20readings.csv',
      `${csv('old-hall', 100)}nonsense\n`,
    );
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ name: 'Old readings.csv', format: 'csv', mode: 'store' }),
    ]);
    const job = await ended(body.id);
    expect(job).toMatchObject({ state: 'done', share: 1, problem: null, canStart: false });
    expect(job.report).toEqual({
      read: 101,
      stored: 100,
      alreadyThere: 0,
      skipped: [
        { reason: 'columns', count: 1, examples: [{ row: 102, got: 'nonsense', expected: '5 columns' }] },
      ],
      sources: [{ source: 'old-hall', device: 'old-hall', quantity: 'temperature', readings: 100 }],
    });
    const { device } = (await api.call('GET', '/api/devices/old-hall')).body;
    expect(device).toMatchObject({ name: 'old-hall', source: 'import', ask: 'none', lastMessageAt: null });
    expect(device.latest.temperature).toMatchObject({ value: 9.9, at: noon + 99_000, isLate: true });
    const query = `device=old-hall&quantities=temperature&from=${noon}&to=${noon + 100_000}`;
    const series = (await api.call('GET', `/api/series?${query}`)).body as SeriesAnswer;
    expect(series.series[0]!.count.reduce((sum, each) => sum + each, 0)).toBe(100);
    expect(files()).toEqual([]);

    const again = await upload('format=csv', csv('old-hall', 100));
    expect((await ended(again.body.id)).report).toMatchObject({ stored: 0, alreadyThere: 100 });
  });

  it('only tries first when that is asked, and stores with a mapping then', async () => {
    const { body } = await upload('format=csv&mode=try', csv('sensor_1', 50));
    const tried = await ended(body.id);
    expect(tried).toMatchObject({
      state: 'done',
      mode: 'try',
      canStart: true,
      report: { read: 50, stored: 0 },
    });
    expect(tried.report.sources).toEqual([
      { source: 'sensor_1', device: 'sensor-1', quantity: 'temperature', readings: 50 },
    ]);
    expect((await api.call('GET', '/api/devices/sensor-1')).status).toBe(404);
    expect(files()).toEqual([body.id]);

    const mapping = { sensor_1: { device: 'cellar', quantity: 'outsideTemperature' } };
    const started = await api.call('POST', `/api/imports/${body.id}/start`, { body: { mapping } });
    expect([started.status, started.body.mode]).toEqual([202, 'store']);
    expect((await ended(body.id)).report).toMatchObject({ read: 50, stored: 50 });
    expect((await api.call('GET', '/api/devices/cellar')).body.device.latest).toHaveProperty(
      'outsideTemperature',
    );
    expect((await api.call('POST', `/api/imports/${body.id}/start`, { body: {} })).body.type).toBe(
      '/problems/cannot-start',
    );
    expect(files()).toEqual([]);
  });

  it('that is not what was said fails with the reason', async () => {
    const { body } = await upload('format=parquet', csv('hall', 10));
    expect(await ended(body.id)).toMatchObject({
      state: 'failed',
      problem: expect.stringMatching(/not a Parquet file/),
      canStart: false,
    });
    expect(files()).toEqual([]);
  });

  it('is taken off the list when it ended', async () => {
    const { body } = await upload('format=csv', csv('hall', 10));
    await ended(body.id);
    expect((await api.call('GET', '/api/imports')).body[0].id).toBe(body.id);
    expect((await api.call('DELETE', `/api/imports/${body.id}`)).status).toBe(204);
    expect((await api.call('GET', `/api/imports/${body.id}`)).status).toBe(404);
    expect((await api.call('DELETE', `/api/imports/${body.id}`)).status).toBe(404);
    expect((await api.call('POST', `/api/imports/${body.id}/start`, { body: {} })).status).toBe(404);
  });

  it('is cancelled: what was stored stays, the file goes', async () => {
    const { body } = await upload('format=csv', csv('cancelled-hall', 80_000));
    await expect
      .poll(async () => (await jobOf(body.id)).report.stored, { timeout: 30_000 })
      .toBeGreaterThan(0);
    expect((await api.call('DELETE', `/api/imports/${body.id}`)).status).toBe(204);
    const job = await jobOf(body.id);
    if (job.state === 'done') return; // it was faster
    expect(job).toMatchObject({ state: 'cancelled', canStart: false });
    expect(job.report.stored).toBeLessThan(80_000);
    expect(files()).toEqual([]);
  });

  it('leaves its place to a real device of the same name, and its history to it', async () => {
    const { body } = await upload('format=csv', csv('porch', 10));
    await ended(body.id);
    // Without a broker no credential is made: that it is asked for one says that the name is free.
    expect((await api.call('POST', '/api/devices', { body: { id: 'porch' } })).body.type).toBe(
      '/problems/broker-away',
    );
    expect((await api.call('DELETE', '/api/devices/porch')).status).toBe(204);
  });
});

describe('an upload', () => {
  it.each([
    ['bad-request', 'format=xml', 'x'],
    ['bad-request', 'format=csv&name=a%00b', 'x'],
    ['bad-request', 'format=csv', ''],
    ['too-large', 'format=csv', 'x'.repeat(5_000_001)],
  ])('is refused as %s, and leaves nothing: %s', async (code, query, body) => {
    const before = (await api.call('GET', '/api/imports')).body.length;
    const answer = await upload(query, body);
    expect(answer.body.type).toBe(`/problems/${code}`);
    expect(files()).toEqual([]);
    expect((await api.call('GET', '/api/imports')).body).toHaveLength(before);
  });

  it('needs a session, and our own page', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${api.url}/api/imports?format=csv`, { method: 'POST', headers, body: heading });
    expect((await send({})).status).toBe(401);
    expect((await send({ cookie: api.cookie!, origin: 'https://evil.example' })).status).toBe(403);
    expect(files()).toEqual([]);
  });

  /** Sends pieces with pauses between; `destroy` breaks it off in place of ending it. */
  async function dribble(
    pieces: string[],
    pauseMs: number,
    end: 'end' | 'destroy' | 'stall',
  ): Promise<number | string> {
    const post = request(`${api.url}/api/imports?format=csv`, {
      method: 'POST',
      headers: { cookie: api.cookie! },
    });
    const answer = new Promise<number | string>((resolve) => {
      post.on('response', (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      post.on('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    });
    for (const piece of pieces) {
      post.write(piece);
      await wait(pauseMs);
    }
    if (end === 'end') post.end();
    if (end === 'destroy') post.destroy();
    return answer;
  }

  it('may take longer than other requests, as long as it comes', async () => {
    const pieces = [heading, ...Array.from({ length: 5 }, (_, i) => line('slow-hall', i, 20))];
    expect(await dribble(pieces, 200, 'end')).toBe(201);
    await expect.poll(async () => (await api.call('GET', '/api/devices/slow-hall')).status).toBe(200);
  });

  it('that breaks off, or comes no further, leaves nothing', async () => {
    const before = (await api.call('GET', '/api/imports')).body.length;
    expect(await dribble([heading, line('hall', 1, 20)], 50, 'destroy')).toBe('ECONNRESET');
    expect(await dribble([heading], 0, 'stall')).toBe('ECONNRESET');
    await expect.poll(files).toEqual([]);
    expect((await api.call('GET', '/api/imports')).body).toHaveLength(before);
    expect(api.logged.filter((text) => text.includes('/api/imports') && /"level":[56]0/.test(text))).toEqual(
      [],
    );
  });
});

it('a disk that would be too full refuses a file', async () => {
  await using full = await startTestApi({ HEARTH_IMPORT_FREE_MB: '1000000000' });
  await full.setUp();
  const { status, body } = await uploadTo(full, 'format=csv', heading);
  expect([status, body.type]).toEqual([507, '/problems/no-room']);
});

it('goes on after a restart, and what waited behind it too', { timeout: 120_000 }, async () => {
  const before = await startTestApi();
  await before.setUp();
  const env = { HEARTH_DATA_DIR: join(before.folder, 'data') };
  const [first, second] = [
    await uploadTo(before, 'format=csv', csv('first', 60_000)),
    await uploadTo(before, 'format=csv', csv('second', 10)),
  ];
  await before.running[Symbol.asyncDispose]();

  await using after = await startTestApi(env);
  after.cookie = before.cookie;
  const job = async (id: string): Promise<ImportJob> => (await after.call('GET', `/api/imports/${id}`)).body;
  await expect.poll(async () => (await job(second.body.id)).state, { timeout: 60_000 }).toBe('done');
  const { state, report } = await job(first.body.id);
  expect(state).toBe('done');
  expect(report).toMatchObject({ read: 60_000, skipped: [] });
  expect(report.stored + report.alreadyThere).toBe(60_000);
  expect(readdirSync(join(env.HEARTH_DATA_DIR, 'imports'))).toEqual([]);
});
