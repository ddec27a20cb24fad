import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config as apiConfig, startApi } from '@hearth/api';
import { config as brokerConfig, startBroker } from '@hearth/broker';
import { deviceTopic, type DeviceCredential, type MessageKind } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import mqtt, { type MqttClient } from 'mqtt';
import { expect } from 'vitest';
import { freeBrokerPorts } from '../processes.ts';

/** Broker and api on free ports, before anybody set up; the demo is wanted and no simulator runs. */
export async function startHearth(env: Record<string, string> = {}) {
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'hearth-api-test-'));
  parts.defer(() => rm(dataDir, { recursive: true }));
  const log = createLog('test', 'fatal');
  const settings = { HEARTH_DATA_DIR: dataDir, ...freeBrokerPorts, HEARTH_HTTP_PORT: '0', ...env };
  const broker = parts.use(await startBroker(readConfig(brokerConfig, settings), log));
  const { mqttUrl } = broker.address;
  const api = parts.use(
    await startApi(readConfig(apiConfig, { ...settings, HEARTH_BROKER_URL: mqttUrl }), log),
  );
  const { url } = api.address;
  let cookie = '';

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(url + path, {
      method,
      headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set) cookie = set.split(';')[0]!;
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }
  await expect
    .poll(async () => (await call('GET', '/api/health')).body.status, { timeout: 10_000 })
    .toBe('ok');
  const running = parts.move();
  return {
    url,
    mqttUrl,
    dataDir,
    call,
    cookie: () => cookie,
    setUp: (start: 'demo' | 'device' = 'demo') =>
      call('POST', '/api/setup', {
        code: api.address.link.split('=')[1],
        name: 'Ada',
        password: 'correct horse battery',
        home: 'Test home',
        timeZone: 'Europe/Berlin',
        temperatureUnit: 'celsius',
        start,
      }),
    async enrol(devices: { id: string; name: string; room: string }[]) {
      const token = await readFile(join(dataDir, 'demo/token'), 'utf8');
      return call('POST', '/api/enrolment', { devices }, { authorization: `Bearer ${token.trim()}` });
    },
    stopBroker: () => broker[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A device that says what a test wants it to say. */
export interface WireDevice extends AsyncDisposable {
  client: MqttClient;
  say(kind: MessageKind, payload: object): Promise<unknown>;
}

/** Connects with a credential as the contract asks. @throws when the broker refuses it. */
export async function connectDevice({ id, secret, brokerUrl, home }: DeviceCredential): Promise<WireDevice> {
  const client = await mqtt.connectAsync(brokerUrl, {
    clientId: id,
    username: id,
    password: secret,
    reconnectPeriod: 0,
    connectTimeout: 5000,
  });
  client.on('error', () => undefined);
  return {
    client,
    say: (kind, payload) =>
      client.publishAsync(deviceTopic(home, id, kind), JSON.stringify(payload), {
        qos: 1,
        retain: kind !== 'response',
      }),
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}
