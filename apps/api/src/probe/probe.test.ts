import { config as brokerConfig, startBroker } from '@hearth/broker';
import { probeLegs, type Probes, type ProbeRun } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from '../http/test-api.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hearth-probe-'));
const parts = new AsyncDisposableStack();
let api: TestApi;

/** Of TLS and TCP; a name may come as often as a test likes. */
const startTestBroker = () =>
  startBroker(
    readConfig(brokerConfig, {
      HEARTH_DATA_DIR: dataDir,
      HEARTH_MQTT_PORT: '0',
      HEARTH_MQTT_WS_PORT: '0',
      HEARTH_MQTTS_PORT: '0',
      HEARTH_MQTT_WSS_PORT: '0',
    }),
    createLog('broker', 'silent'),
    { connectsMax: Infinity },
  );

const run = async (): Promise<ProbeRun> => (await api.call('POST', '/api/probes/run')).body;
const state = async (): Promise<Probes> => (await api.call('GET', '/api/probes')).body;

beforeAll(async () => {
  parts.defer(() => rmSync(dataDir, { recursive: true }));
  const broker = parts.use(await startTestBroker());
  api = parts.use(
    await startTestApi(
      { HEARTH_DATA_DIR: dataDir, HEARTH_BROKER_URL: broker.address.mqttUrl, HEARTH_PROBE_PERIOD_S: '0' },
      { probe: { restMs: 0, timeoutMs: 5000 } },
    ),
  );
  await api.setUp({ start: 'device' });
  const health = async () => (await api.call('GET', '/api/health')).body.broker.isConnected;
  await vi.waitFor(async () => expect(await health()).toBe(true), { timeout: 10_000 });
});
afterAll(() => parts.disposeAsync());

it('goes the whole way of a reading, over TLS, and measures each leg', async () => {
  const gone = await run();
  expect(gone).toMatchObject({ state: 'whole' });
  expect(gone.legs.map(({ leg }) => leg).toSorted()).toEqual([...probeLegs].toSorted());
  for (const { ms } of gone.legs) expect(ms).toBeGreaterThan(0);
  const { last, failing, legs } = await state();
  expect(last).toEqual(gone);
  expect(failing).toBeNull();
  expect(legs.map(({ leg }) => leg)).toEqual(probeLegs);
  const took = gone.legs.find(({ leg }) => leg === 'commit')!.ms;
  expect(Math.abs(legs.find(({ leg }) => leg === 'commit')!.p95! / took - 1)).toBeLessThan(0.021);
});

it('is nowhere among what the house has', async () => {
  await run();
  for (const path of [
    '/api/devices',
    '/api/rooms',
    '/api/storage',
    '/api/series?device=hearth-probe',
    '/api/export?format=csv',
  ]) {
    const { body } = await api.call('GET', path);
    expect(JSON.stringify(body), path).not.toMatch(/hearth-probe"|,power,/);
  }
  const { status } = await api.call('POST', '/api/devices', { body: { id: 'hearth-probe' } });
  expect(status).toBe(409);
});

it('says in its figures how it went', async () => {
  const { body } = await api.call('GET', '/metrics');
  expect(body).toMatch(/^hearth_api_probe_ok 1$/m);
  expect(body).toMatch(/^hearth_api_probe_leg_seconds_count\{leg="query"\} [2-9]$/m);
});
