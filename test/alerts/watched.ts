import { config as apiConfig, startApi, type RunningApi } from '@hearth/api';
import { config as brokerConfig, startBroker } from '@hearth/broker';
import {
  deviceTopic,
  type AlertsAnswer,
  type Channel,
  type Device,
  type Receipt,
  type Room,
} from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { parseSimulation, startSimulation, type Simulation } from '@hearth/simulator';
import { connectAsync, type MqttClient } from 'mqtt';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { freeBrokerPorts } from '../processes.ts';
import { setUp } from '../stack.ts';

const minuteMs = 60_000;
const log = createLog('test', 'silent');
const never = new AbortController().signal;
const soon = { timeout: 30_000, interval: 5 };
/** Its readings follow all others on their way: who has its receipt has stored those. */
const marker = 'zz-marker';

/** Real homes, broker, api and a receiver of its alerts, on a time that only {@link Watched.pass} moves. */
export interface Watched extends AsyncDisposable {
  readonly simulation: Simulation;
  /** Lets minutes pass, with a look at the alerts behind each; then all that is to be told was. */
  pass(minutes: number): Promise<void>;
  /** `fired kind subject`, `resolved kind subject`, in the order in which the receiver took them. */
  readonly told: readonly string[];
  alerts(): Promise<AlertsAnswer>;
  devices(): Promise<Device[]>;
  rooms(): Promise<Room[]>;
  /** A new device that the test itself speaks for, connected with its credential. */
  client(id: string): Promise<MqttClient>;
  stopBroker(): Promise<void>;
  startBroker(): Promise<void>;
  /** Stops the api, lets minutes pass, and starts it. */
  restartApi(awayMinutes: number): Promise<void>;
  /** The api's clock is set by so much; time goes on as before. */
  setClock(byMs: number): void;
  nowAt(): number;
}

/** Starts the homes of a simulation file, without its access; they begin at `start` of it. */
export async function watchHomes(yaml: string): Promise<Watched> {
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'hearth-watched-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const file = parseSimulation(yaml);
  let clockAt = (): number => Date.parse(file.start!);
  let offMs = 0;
  const env: Record<string, string> = {
    HEARTH_DATA_DIR: dataDir,
    ...freeBrokerPorts,
    HEARTH_HTTP_PORT: '0',
    HEARTH_DEMO: 'on',
    HEARTH_PROBE_PERIOD_S: '0',
    HEARTH_STORE_COMMIT_MS: '1',
  };
  let broker = await startBroker(readConfig(brokerConfig, env), log, { connectsMax: Infinity });
  const { mqttUrl } = broker.address;
  const openBroker = () =>
    startBroker(readConfig(brokerConfig, { ...env, HEARTH_MQTT_PORT: new URL(mqttUrl).port }), log, {
      connectsMax: Infinity,
    });
  const openApi = (): Promise<RunningApi> =>
    startApi(readConfig(apiConfig, { ...env, HEARTH_BROKER_URL: mqttUrl }), log, {
      now: () => clockAt() + offMs,
      monotonicMs: () => clockAt(),
      // Backups run in processes of their own, on real time, and would be due here after a minute of it.
      backups: { settleMs: Infinity },
    });
  let api = await openApi();
  parts.defer(() => broker[Symbol.asyncDispose]());
  parts.defer(() => api[Symbol.asyncDispose]());
  const cookie = await setUp(api.address.url, api.address.link, true);

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${api.address.url}/api/${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
  const isConnected = async (): Promise<boolean> =>
    (await call<{ broker: { isConnected: boolean } }>('GET', 'health')).broker.isConnected;
  const untilConnected = (wanted: boolean) => expect.poll(isConnected, soon).toBe(wanted);
  await untilConnected(true);

  const receiver = parts.use(await startReceiver());
  await call('PUT', 'alerts/settings', { quiet: null, escalateMin: null });
  const place = { kind: 'webhook', url: receiver.url };
  await call('POST', 'channels', { name: 'Hook', reach: 'all', place });

  async function client(id: string): Promise<MqttClient> {
    const { secret } = await call<{ secret: string }>('POST', 'devices', { id });
    const opened = await connectAsync(mqttUrl, {
      username: id,
      password: secret,
      clientId: id,
      reconnectPeriod: 20,
    });
    parts.defer(() => opened.endAsync(true));
    return opened;
  }
  const beacon = await client(marker);
  let sent = 0;
  let stored = 0;
  let onStored = (): void => {};
  beacon.on('message', (_, payload) => {
    stored = Math.max(stored, (JSON.parse(payload.toString()) as Receipt).seq);
    onStored();
  });
  const topic = (kind: 'receipt' | 'reading') => deviceTopic('home', marker, kind);
  await beacon.subscribeAsync(topic('receipt'), { qos: 1 });
  const access = { enrol: { api: api.address.url, tokenFile: join(dataDir, 'demo/token') } };
  const simulation = await startSimulation({
    file: { ...file, broker: { url: mqttUrl }, access },
    speed: 'max',
    log,
  });
  parts.use(simulation);
  clockAt = () => simulation.clock.now();

  async function settle(): Promise<void> {
    const reading = { boot: 1, seq: ++sent, at: clockAt(), values: { temperature: 20 } };
    await beacon.publishAsync(topic('reading'), JSON.stringify(reading), { qos: 1, retain: true });
    await new Promise<void>((resolve) => {
      onStored = () => stored >= sent && resolve();
      onStored();
    });
  }
  let isBrokerThere = true;
  const running = parts.move();
  return {
    simulation,
    told: receiver.told,
    alerts: () => call('GET', 'alerts'),
    devices: () => call('GET', 'devices'),
    rooms: () => call('GET', 'rooms'),
    client,
    async pass(minutes) {
      for (let minute = 0; minute < minutes; minute++) {
        await simulation.runFor(minuteMs, never);
        if (isBrokerThere) await settle();
        await api.lookAtAlerts();
      }
      const waiting = async () => (await call<Channel[]>('GET', 'channels'))[0]!.waiting;
      await expect.poll(waiting, soon).toBe(0);
    },
    async stopBroker() {
      await broker[Symbol.asyncDispose]();
      isBrokerThere = false;
      await untilConnected(false);
    },
    async startBroker() {
      broker = await openBroker();
      isBrokerThere = true;
      await untilConnected(true);
      await expect.poll(() => beacon.connected, soon).toBe(true);
    },
    async restartApi(awayMinutes) {
      await api[Symbol.asyncDispose]();
      await simulation.runFor(awayMinutes * minuteMs, never);
      api = await openApi();
      await untilConnected(true);
    },
    setClock: (byMs) => void (offMs += byMs),
    nowAt: () => clockAt() + offMs,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** An HTTP server that takes every webhook. */
async function startReceiver() {
  const told: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { type, data } = JSON.parse(Buffer.concat(pieces).toString()) as {
        type: string;
        data: { kind: string; subject: string };
      };
      told.push(`${type.replace('alert.', '')} ${data.kind} ${data.subject}`);
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    told,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
