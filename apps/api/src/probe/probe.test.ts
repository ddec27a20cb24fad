import { config as brokerConfig, startBroker } from '@hearth/broker';
import { controlTopics, probeIds, probeLegs, type Probes, type ProbeRun } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { echo, openLink } from '@hearth/probe';
import mqtt from 'mqtt';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from '../http/test-api.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'hearth-probe-'));
const parts = new AsyncDisposableStack();
let broker: Awaited<ReturnType<typeof startTestBroker>>;
let api: TestApi;
/** Between the probe and HTTP: whether it refuses. */
let isRefusing = false;
async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = { authorization: request.headers.authorization ?? '' };
  const answer = isRefusing ? null : await fetch(api.url + request.url, { headers });
  response.writeHead(answer?.status ?? 503).end(await answer?.text());
}
const door = createServer((request, response) => void passOn(request, response));

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

/** On what the broker and the api before have left. */
const startProbed = async (timeoutMs: number, env: Record<string, string> = {}): Promise<TestApi> => {
  const { port } = door.address() as AddressInfo;
  const settings = { HEARTH_DATA_DIR: dataDir, HEARTH_BROKER_URL: broker.address.mqttUrl };
  const probe = { restMs: 0, timeoutMs, httpUrl: `http://127.0.0.1:${port}` };
  return startTestApi({ ...settings, HEARTH_PROBE_PERIOD_S: '0', ...env }, { probe });
};
const isConnected = async () => {
  const connected = async () => (await api.call('GET', '/api/health')).body.broker.isConnected;
  await vi.waitFor(async () => expect(await connected()).toBe(true), { timeout: 10_000 });
};

beforeAll(async () => {
  parts.defer(() => rmSync(dataDir, { recursive: true }));
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  parts.defer(() => void door.close());
  broker = parts.use(await startTestBroker());
  api = await startProbed(5000);
  await api.setUp({ start: 'device' });
  await isConnected();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await parts.disposeAsync();
});

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
  for (const id of [probeIds.device, probeIds.echo, 'hearth-probe-garage'])
    expect((await api.call('POST', '/api/devices', { body: { id } })).status).toBe(409);
});

it('counts for nothing: no reading, no value, no commit of the house', async () => {
  await run();
  expect((await api.call('GET', '/api/health')).body.store.readings).toBe(0);
  const { body } = await api.call('GET', '/metrics');
  expect(body).not.toMatch(/^hearth_api_readings_total\{/m);
  expect(body).toMatch(/^hearth_api_values_stored_total 0$/m);
  expect(body).toMatch(/^hearth_api_store_commit_seconds_count 0$/m);
});

it('stands in the health with each leg', async () => {
  const gone = await run();
  expect((await api.call('GET', '/api/health')).body).toMatchObject({
    status: 'ok',
    probe: { last: gone, failing: null },
  });
});

it('says in its figures how it went', async () => {
  const { body } = await api.call('GET', '/metrics');
  expect(body).toMatch(/^hearth_api_probe_ok 1$/m);
  expect(body).toMatch(/^hearth_api_probe_leg_seconds_count\{leg="query"\} [2-9]$/m);
});

describe('another machine', () => {
  const legs = [{ leg: 'tcp', ms: 3 }];
  const report = { broker: 'mqtt://10.0.0.7:1883', everyS: 30, runs: [{ agoMs: 2000, legs }] };
  const send = (token: string, body: object = report) =>
    api.call('POST', '/api/probes/reports', {
      body,
      headers: { authorization: `Bearer ${token}`, cookie: '' },
    });
  const timeoutMs = 5000;
  const goWith = async (user: string, password: string, prefix: string) => {
    const measured = () => {};
    const url = broker.address.mqttUrl;
    using link = await openLink({ url, clientId: 'probe', user, password, timeoutMs, measured });
    await echo(link, { prefix, levels: [0, 1, 2], timeoutMs, measured });
  };

  it('reports with a token that opens this and its own topics, and nothing when it was removed', async () => {
    const made = await api.call('POST', '/api/probes/reporters', { body: { name: 'Garage computer' } });
    expect(made).toMatchObject({ status: 201, body: { id: 'hearth-probe-garage-computer' } });
    const { id, token, broker: place } = made.body;
    expect(place).toMatchObject({ url: expect.stringMatching(/^mqtts:/), ca: expect.any(String) });
    const again = await api.call('POST', '/api/probes/reporters', { body: { name: 'garage COMPUTER' } });
    expect(again.status).toBe(409);

    expect((await send(token)).status).toBe(204);
    const [shown] = (await api.call('GET', '/api/probes/reporters')).body;
    expect(shown).toMatchObject({
      name: 'Garage computer',
      isOverdue: false,
      last: { state: 'whole', legs },
    });
    expect(JSON.stringify(shown)).not.toContain(token);
    for (const path of ['/api/probes/reporters', '/api/probes', '/api/devices', '/metrics']) {
      const headers = { authorization: `Bearer ${token}`, cookie: '' };
      expect((await api.call('GET', path, { headers })).status, path).toBe(401);
    }
    await goWith(id, token, place.topic);
    await expect(goWith(id, token, 'hearth-probe/echo')).rejects.toThrow('refuses us the subscription');
    expect((await api.call('GET', '/api/devices')).body).toEqual([]);

    expect((await api.call('DELETE', `/api/probes/reporters/${id}`)).status).toBe(204);
    expect((await send(token)).status).toBe(401);
    await expect(goWith(id, token, place.topic)).rejects.toMatchObject({ leg: 'connect' });
    expect((await api.call('GET', '/api/probes/reporters')).body).toEqual([]);
  });

  it.for([
    ['more runs than one report has', { runs: Array.from({ length: 61 }, () => report.runs[0]) }],
    ['a leg of our own way', { runs: [{ agoMs: 0, legs: [{ leg: 'commit', ms: 1 }] }] }],
    ['a run of the future', { runs: [{ agoMs: -1, legs }] }],
    ['words that hide', { runs: [{ agoMs: 0, legs, failed: { leg: 'tcp', reason: 'a\nb' } }] }],
    ['a field more', { at: 1 }],
  ] as const)('is refused %s', async ([, more]) => {
    const { token, id } = (await api.call('POST', '/api/probes/reporters', { body: { name: 'Attic' } })).body;
    expect((await send(token, { ...report, ...more })).status).toBe(400);
    await api.call('DELETE', `/api/probes/reporters/${id}`);
  });
});

describe('what fails is told at its leg, in words:', () => {
  const failedAt = (leg: string, reason: string | RegExp) => ({
    state: 'failed',
    failed: { leg, reason: expect.stringMatching(reason) },
  });

  it('HTTP that refuses', async () => {
    isRefusing = true;
    expect(await run()).toMatchObject(failedAt('query', 'HTTP answered 503'));
    const { body } = await api.call('GET', '/api/health');
    expect(body).toMatchObject({ status: 'degraded', probe: { failing: { leg: 'query' } } });
    isRefusing = false;
    expect(await run()).toMatchObject({ state: 'whole' });
    expect((await api.call('GET', '/api/health')).body).toMatchObject({ status: 'ok' });
  });

  it('a credential that the broker does not take, and the probe gets itself another', async () => {
    const password = readFileSync(join(dataDir, 'broker/service-secret'), 'utf8').trim();
    const login = { clientId: 'hearth-api-test', username: 'hearth-api', password, reconnectPeriod: 0 };
    const admin = await mqtt.connectAsync(broker.address.mqttUrl, login);
    const revoke = JSON.stringify({ id: 'a', revoke: [probeIds.echo] });
    const answered = new Promise<void>((resolve) => admin.once('message', () => resolve()));
    await admin.subscribeAsync(controlTopics.response);
    await admin.publishAsync(controlTopics.request, revoke, { qos: 1 });
    await answered;
    await admin.endAsync();
    expect(await run()).toMatchObject(failedAt('connect', 'does not (know|let)'));
    expect(await run()).toMatchObject({ state: 'whole' });
  });

  it('a commit that does not come', async () => {
    const { cookie } = api;
    await api[Symbol.asyncDispose]();
    api = await startProbed(500, { HEARTH_STORE_COMMIT_MS: '1500' });
    api.cookie = cookie;
    await isConnected();
    expect(await run()).toMatchObject(failedAt('commit', 'nothing came within 0.5 s'));
    const { failing, legs } = await state();
    expect(failing).toMatchObject({ leg: 'commit', since: expect.any(Number) });
    expect(legs.find(({ leg }) => leg === 'commit')).toMatchObject({ failures: 1 });
  });

  it('a broker that is away', async () => {
    await broker[Symbol.asyncDispose]();
    expect(await run()).toMatchObject(failedAt('connect', 'broker'));
    const { body } = await api.call('GET', '/metrics');
    expect(body).toMatch(/^hearth_api_probe_failures_total\{leg="connect"\} 1$/m);
  });
});
