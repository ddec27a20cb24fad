import { decodePoints, pointsMediaType, type SeriesAnswer } from '@hearth/contract';
import { openStore, type Arrival } from '@hearth/store';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { openDevices } from '../devices/devices.ts';
import { createLive } from '../live-ring.ts';
import { startTestApi, type TestApi } from './test-api.ts';

const dayMs = 86_400_000;
/** Noon in Berlin on the day on which its clocks go back. */
const noon = Date.parse('2026-10-25T11:00:00Z');
const dataDir = mkdtempSync(join(tmpdir(), 'hearth-storage-'));
let api: TestApi;

/**
 * Forty days of a thermostat, every ten minutes; an hour of it missing, and a reading that came twice. And the last
 * five days of a plug.
 */
async function keepForty(): Promise<void> {
  const now = () => noon;
  const db = openDatabase(dataDir);
  await using store = await openStore({ path: join(dataDir, 'readings.db') });
  const devices = await openDevices({ db, store, live: createLive(now), now });
  devices.add({ id: 'hall', name: 'Hall', role: 'device', isDemo: false, source: 'contract' });
  const readings = Array.from({ length: 40 * 144 }, (_, i): Arrival => {
    const at = noon - (40 * 144 - i) * 600_000;
    const values = { temperature: 20 + (i % 10) / 10, heating: i % 2 === 0 };
    return { device: 'hall', key: { boot: 1, seq: i + 1 }, at, receivedAt: at, isLate: false, values };
  });
  await store.append([...readings.slice(0, 5700), ...readings.slice(5706), readings.at(-1)!]);
  const plug = Array.from({ length: 5 * 144 }, (_, i): Arrival => {
    const at = Date.now() - i * 600_000;
    return { device: 'plug', key: null, at, receivedAt: at, isLate: false, values: { power: i % 800 } };
  });
  await store.append(plug);
  await store.seal();
  await devices[Symbol.asyncDispose]();
  db.close();
}

beforeAll(async () => {
  await keepForty();
  api = await startTestApi({ HEARTH_DATA_DIR: dataDir });
  await api.setUp();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

it('tells room used, its growth, and how long the rest lasts', async () => {
  const { status, body } = await api.call('GET', '/api/storage');
  expect(status).toBe(200);
  expect(body.usedB).toBeGreaterThan(10_000);
  expect(body.perYearB).toBeGreaterThan(10_000);
  expect(body.years).toBeGreaterThan(100);
  expect(body.settlesAtB).toBeNull();
  expect(body.series).toMatchObject([
    { device: 'hall', quantity: 'heating', readings: 5754 },
    { device: 'hall', quantity: 'temperature', readings: 5754 },
    { device: 'plug', quantity: 'power', readings: 720 },
  ]);
});

it('tells the digest of each day on which readings were sealed', async () => {
  const { body } = await api.call('GET', '/api/storage/digests');
  expect(body).toEqual([{ at: expect.any(Number), digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
});

it('keeps what the owner chose, says where that settles, and deletes by it', async () => {
  const rules = [{ readingsDays: 5 }, { quantity: 'heating', readingsDays: null }];
  const changed = await api.call('PUT', '/api/storage/retention', { body: { rules } });
  expect(changed).toMatchObject({ status: 200, body: { rules, settlesAtB: null } });
  await expect
    .poll(async () => (await api.call('GET', '/api/storage')).body.retention.lastRunAt)
    .toEqual(expect.any(Number));
  const all = await api.call('PUT', '/api/storage/retention', {
    body: { rules: [{ readingsDays: 30, rollupsDays: 90 }] },
  });
  expect(all.body).toMatchObject({ years: null, settlesAtB: expect.any(Number) });
  const { body } = await api.call('GET', '/api/storage');
  expect(body.rules).toEqual([{ readingsDays: 30, rollupsDays: 90 }]);
  for (const wrong of [[{ readingsDays: 0 }], [{ quantity: 'weather' }], [{ days: 3 }]])
    expect((await api.call('PUT', '/api/storage/retention', { body: { rules: wrong } })).status).toBe(400);
});

it('gives the same points as bytes as it does as JSON, on days of the home', async () => {
  const query = `/api/series?device=hall&quantities=temperature,heating&from=${noon - 3 * dayMs}&to=${noon + dayMs}&points=4`;
  const json = (await api.call('GET', query)).body as SeriesAnswer;
  const response = await fetch(api.url + query, {
    headers: { accept: pointsMediaType, cookie: api.cookie! },
  });
  expect(response.headers.get('content-type')).toBe(pointsMediaType);
  const bytes = decodePoints(await response.arrayBuffer());
  for (const [i, { quantity, start, mean, coveredMs, on }] of bytes.series.entries()) {
    const other = json.series[i]!;
    expect(quantity).toBe(other.quantity);
    expect(Array.from(start)).toEqual(other.start);
    expect(Array.from(mean)).toEqual(other.mean);
    expect(Array.from(coveredMs)).toEqual(other.coveredMs);
    expect(on && Array.from(on.to)).toEqual(other.on?.to);
  }
  expect(json.series[0]!.start.map((at) => new Date(at).toISOString())).toContain('2026-10-24T22:00:00.000Z');
});

it('tells on which of the home’s days readings are missing, and when one came again', async () => {
  const { body } = await api.call('GET', `/api/devices/hall/days?from=${noon - 40 * dayMs}&to=${noon}`);
  expect(body).toEqual([{ start: Date.parse('2026-10-24T22:00:00Z'), missing: 6, duplicates: 1 }]);
  expect((await api.call('GET', `/api/devices/nobody/days?from=${noon}&to=${noon + 1}`)).status).toBe(404);
});
