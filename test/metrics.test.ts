import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config as apiConfig, startApi } from '@hearth/api';
import { deviceTopic } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { startFleet } from '@hearth/simulator';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figuresOf, operatorQueries } from './operators.ts';
import { startPart } from './processes.ts';
import { startStack, type Stack } from './stack.ts';

const patient = { timeout: 15_000 };

/** Of Prometheus' text format: a comment, or a name with labels and a number. */
const linePattern =
  /^(# (HELP|TYPE) .+|[a-z_][a-z0-9_]*(\{([a-z_]+="[^"]*",?)+\})? (-?\d+(\.\d+)?(e[-+]?\d+)?|NaN|\+Inf))$/i;

describe('/metrics', () => {
  let stack: Stack;
  const parts = new AsyncDisposableStack();
  beforeAll(async () => void (stack = parts.use(await startStack())));
  afterAll(() => parts.disposeAsync());

  const tokenFile = (): string => join(stack.dataDir, 'metrics-token');
  const scrape = (headers: Record<string, string>) => fetch(`${stack.url}/metrics`, { headers });
  const text = async (): Promise<string> =>
    (await scrape({ authorization: `Bearer ${readFileSync(tokenFile(), 'utf8').trim()}` })).text();
  const figure = async (name: string): Promise<number> => {
    const line = (await text()).split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? Number.NaN : Number(line.split(' ').at(-1));
  };

  it('is for who has the token, which only this user can read, or a session', async () => {
    expect((await scrape({})).status).toBe(401);
    expect((await scrape({ authorization: `Bearer ${'A'.repeat(43)}` })).status).toBe(401);
    expect((await scrape({ cookie: stack.cookie })).status).toBe(200);
    expect(statSync(tokenFile()).mode & 0o777).toBe(0o600);
    const token = readFileSync(tokenFile(), 'utf8').trim();
    const answer = await scrape({ authorization: `Bearer ${token}` });
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    // It opens nothing else.
    const devices = await fetch(`${stack.url}/api/devices`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(devices.status).toBe(401);
  });

  it('is text that Prometheus reads, each figure named and explained once', async () => {
    const lines = (await text())
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.filter((line) => !linePattern.test(line))).toEqual([]);
    const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
    expect(new Set(types).size).toBe(types.length);
  });

  it('has every figure that the alert rules and the dashboard for operators ask for', async () => {
    const names = new Set((await text()).match(/(?<=^# TYPE )\w+/gm));
    const queries = operatorQueries();
    expect(queries.filter((query) => figuresOf(query) === null)).toEqual([]);
    const asked = queries.flatMap((query) => figuresOf(query)!);
    expect(asked).toContain('hearth_api_probe_leg_seconds');
    // Prometheus itself says whether it gets an answer.
    expect(asked.filter((name) => name !== 'up' && !names.has(name))).toEqual([]);
    expect(figuresOf('rate(up[5m)')).toBeNull();
  });

  it('counts what devices send, what is stored and what is turned away', async () => {
    const credential = await stack.addDevice('hall-sensor');
    const fleet = startFleet({
      brokerUrl: stack.mqttUrl,
      home: 'home',
      credentials: [credential],
      periodMs: 100,
      keepaliveS: 10,
      seed: 1,
    });
    await expect.poll(() => figure('hearth_api_readings_total{fate="stored"}'), patient).toBeGreaterThan(3);
    await fleet[Symbol.asyncDispose]();
    expect(await figure('hearth_api_values_stored_total')).toBeGreaterThan(6);
    expect(await figure('hearth_api_store_commit_seconds_count')).toBeGreaterThan(0);
    expect(await figure('hearth_broker_messages_total{direction="in",qos="1"}')).toBeGreaterThan(5);
    expect(await figure('hearth_broker_messages_total{direction="out",qos="1"}')).toBeGreaterThan(5);
    expect(await figure('hearth_broker_commit_seconds_count')).toBeGreaterThan(0);
    expect(await figure('hearth_broker_connections')).toBe(1);
    expect(await figure('hearth_broker_journal_ok')).toBe(1);
    expect(await figure('hearth_broker_queued_messages')).toBeGreaterThanOrEqual(0);
    expect(await figure('hearth_broker_nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);

    const login = { clientId: 'hall-sensor', username: 'hall-sensor', reconnectPeriod: 0 };
    await expect(mqtt.connectAsync(stack.mqttUrl, { ...login, password: 'guess' })).rejects.toThrow();
    expect(await figure('hearth_broker_refused_total{rule="wrong-secret"}')).toBe(1);
    const client = await mqtt.connectAsync(stack.mqttUrl, { ...login, password: credential.secret });
    await client.publishAsync(deviceTopic('home', 'hall-sensor', 'reading'), '{', { qos: 1 });
    await expect.poll(text, patient).toMatch(/^hearth_api_quarantined_total\{rule="json"\} 1$/m);
    await client.endAsync();
  });

  it('counts live streams and answers, by the route’s path and not by what was asked for', async () => {
    const ending = new AbortController();
    await fetch(`${stack.url}/api/events`, { headers: { cookie: stack.cookie }, signal: ending.signal });
    expect(await figure('hearth_api_live_clients')).toBe(1);
    ending.abort();
    await expect.poll(() => figure('hearth_api_live_clients'), patient).toBe(0);
    await fetch(`${stack.url}/api/devices/no-such-device`, { headers: { cookie: stack.cookie } });
    await fetch(`${stack.url}/api/no-such-route`);
    const answers = (route: string) =>
      figure(`hearth_api_http_responses_total{method="GET",route="${route}",status="404"}`);
    expect(await answers('/api/devices/:id')).toBe(1);
    expect(await answers('/*')).toBe(1);
  });
});

it('tells of the api alone while the broker is away', async () => {
  await using stack = await startStack();
  const env = { HEARTH_DATA_DIR: join(stack.dataDir, 'second'), HEARTH_HTTP_PORT: '0', HEARTH_DEMO: 'off' };
  const settings = readConfig(apiConfig, { ...env, HEARTH_BROKER_URL: 'mqtt://127.0.0.1:1' });
  await using api = await startApi(settings, createLog('test', 'silent'));
  const token = readFileSync(join(stack.dataDir, 'second/metrics-token'), 'utf8').trim();
  const answer = await fetch(`${api.address.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const figures = await answer.text();
  expect(figures).toMatch(/^hearth_api_broker_connected 0$/m);
  expect(figures).not.toContain('hearth_broker_');
});

it('writes down who comes, is refused, is thrown out and is revoked, with address and reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-log-'));
  await using broker = await startPart('broker', {
    HEARTH_DATA_DIR: folder,
    HEARTH_MQTT_PORT: '0',
    HEARTH_MQTTS_PORT: '0',
    HEARTH_MQTT_WS_PORT: '0',
    HEARTH_MQTT_WSS_PORT: '0',
  });
  const secret = readFileSync(join(folder, 'broker/service-secret'), 'utf8').trim();
  const lines = (): Record<string, unknown>[] =>
    broker
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const hasLine = (line: object) =>
    expect.poll(lines, patient).toContainEqual(expect.objectContaining({ address: '127.0.0.1', ...line }));
  const login = { clientId: 'hearth-api-log', username: 'hearth-api', reconnectPeriod: 0 };
  const url = broker.address['mqttUrl']!;
  const first = await mqtt.connectAsync(url, { ...login, password: secret });
  first.on('error', () => {});
  await hasLine({ msg: 'connected', client: 'hearth-api-log', role: 'service' });
  await expect(mqtt.connectAsync(url, { ...login, password: 'guess' })).rejects.toThrow();
  await hasLine({ msg: 'refused', rule: 'wrong-secret' });
  const closed = new Promise<void>((resolve) => first.once('close', () => resolve()));
  const second = await mqtt.connectAsync(url, { ...login, password: secret });
  await closed;
  await hasLine({ msg: 'disconnected', client: 'hearth-api-log', reason: 'takeover' });
  const change = (request: object) =>
    second.publishAsync('$CONTROL/hearth/v1/request', JSON.stringify({ id: 'a', ...request }), { qos: 1 });
  const secretSha256 = createHash('sha256').update('hall').digest('hex');
  await change({ add: [{ id: 'hall', role: 'device', home: 'home', secretSha256 }] });
  const device = { clientId: 'hall', username: 'hall', password: 'hall', reconnectPeriod: 0 };
  // The change is in force a moment after its PUBACK.
  await expect
    .poll(
      () =>
        mqtt.connectAsync(url, device).then(
          () => 'in',
          () => 'out',
        ),
      patient,
    )
    .toBe('in');
  await change({ revoke: ['hall'] });
  await hasLine({ msg: 'disconnected', client: 'hall', reason: 'revoked' });
  await second.endAsync(true);
  rmSync(folder, { recursive: true });
});
