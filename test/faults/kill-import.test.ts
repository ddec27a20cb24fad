import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportJob } from '@hearth/contract';
import { expect, test } from 'vitest';
import { startPart, type PartProcess } from '../processes.ts';
import { setUp } from '../stack.ts';

const count = 120_000;
const kills = 3;
const start = Date.UTC(2026, 0, 1);
const lines = Array.from(
  { length: count },
  (_, i) => `${new Date(start + i * 60_000).toISOString()},old-hall,temperature,${(i % 300) / 10},°C`,
);
const file = ['time,device,quantity,value,unit', ...lines, ''].join('\r\n');

test(
  `an import goes on behind its last state when the api is killed ${kills} times, and the file comes out as it went in`,
  {
    timeout: 180_000,
  },
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'hearth-kill-'));
    const env = {
      HEARTH_DATA_DIR: dataDir,
      HEARTH_DEMO: 'off',
      HEARTH_LOG_LEVEL: 'error',
      HEARTH_HTTP_PORT: '0',
    };
    const startApi = (): Promise<PartProcess> =>
      startPart('api', { ...env, HEARTH_BROKER_URL: 'mqtt://127.0.0.1:1' });
    let api = await startApi();
    const cookie = await setUp(api.address['url']!, api.address['link']!, false);
    const call = (path: string, init: RequestInit = {}) =>
      fetch(`${api.address['url']}${path}`, { ...init, headers: { cookie } });
    const upload = await call('/api/imports?format=csv', { method: 'POST', body: file });
    expect(upload.status).toBe(201);
    const { id } = (await upload.json()) as ImportJob;
    const job = async (): Promise<ImportJob> =>
      (await call(`/api/imports/${id}`)).json() as Promise<ImportJob>;

    for (let kill = 1; kill <= kills; kill++) {
      await expect
        .poll(async () => (await job()).share, { interval: 20, timeout: 60_000 })
        .toBeGreaterThan((kill - 0.8) / kills);
      await api.kill();
      api = await startApi();
    }
    await expect.poll(async () => (await job()).state, { timeout: 60_000 }).toBe('done');
    const { report } = await job();
    expect(report).toMatchObject({ read: count, skipped: [] });
    expect(report.stored + report.alreadyThere).toBe(count);
    expect(await (await call('/api/export?format=csv')).text()).toBe(file);
    expect(readdirSync(join(dataDir, 'imports'))).toEqual([]);
    await api[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true });
  },
);
