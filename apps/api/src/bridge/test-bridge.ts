import { config as brokerConfig, startBroker, type RunningBroker } from '@hearth/broker';
import { deviceTopic, type About, type LiveEventName, type LiveEvents, type Request } from '@hearth/contract';
import { readConfig } from '@hearth/part';
import { openStore, type Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import mqtt from 'mqtt';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { openDatabase } from '../database.ts';
import { openDevices, type Devices } from '../devices/devices.ts';
import { openGateways } from '../gateways.ts';
import { createLive } from '../live-ring.ts';
import type { Live } from '../live.ts';
import { startBridge, type Bridge } from './bridge.ts';
import type { CommandTiming } from './command-life.ts';

/** For `expect.poll`: the machine may be busy. */
export const soon = { timeout: 15_000, interval: 10 };

/** The home that tests live in. */
export const home = 'home';
const log = pino({ level: process.env['HEARTH_TEST_LOG'] ?? 'silent' });

/** A thermostat that measures, can be asked and takes setpoints from 5 to 30 °C in steps of 0.5 K. */
export const thermostat: About = {
  contract: 1,
  maker: 'Test',
  model: 'T1',
  kind: 'thermostat',
  firmware: '1.0',
  quantities: {
    temperature: { unit: '°C', periodMs: 1000 },
    setpoint: { unit: '°C' },
    humidity: { unit: '%' },
  },
  commands: { get: true, set: { setpoint: { min: 5, max: 30, step: 0.5 } } },
};

/** Starts a broker; `port` is that of one that was stopped before. */
function startTestBroker(dataDir: string, port = 0): Promise<RunningBroker> {
  const env = {
    HEARTH_DATA_DIR: dataDir,
    HEARTH_MQTT_PORT: String(port),
    HEARTH_MQTT_WS_PORT: '0',
    HEARTH_MQTTS_HOST: '127.0.0.1',
    HEARTH_MQTTS_PORT: '0',
    HEARTH_MQTT_WSS_PORT: '0',
    HEARTH_LOG_LEVEL: 'silent',
  };
  return startBroker(readConfig(brokerConfig, env), log);
}

/** Broker, registry, store, devices and bridge: real ones in one folder. */
export interface TestBridge extends AsyncDisposable {
  dataDir: string;
  broker: RunningBroker;
  db: Database;
  store: Store;
  devices: Devices;
  live: Live;
  bridge: Bridge;
  /** What the live stream carried. */
  events: { [E in LiveEventName]: { event: E; data: LiveEvents[E] } }[LiveEventName][];
  /** Adds a device with a credential and gives the way to connect as it. */
  addDevice(id: string, about?: About | null): Promise<TestDevice>;
  restartBroker(): Promise<void>;
  stopBroker(): Promise<void>;
  /** Ends the bridge and what belongs to it, and starts it anew; `last` is the last to use the database. */
  restartBridge(last?: () => void): Promise<void>;
}

/** Starts all of it; `wrapStore` may put something between bridge and store. */
export async function startTestBridge(
  options: {
    wrapStore?: (store: Store) => Store;
    commandTiming?: CommandTiming;
    now?: () => number;
    monotonicMs?: () => number;
  } = {},
): Promise<TestBridge> {
  const { wrapStore = (store) => store, commandTiming, now = Date.now, monotonicMs } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-bridge-'));
  let broker: RunningBroker | null = await startTestBroker(dataDir);
  const { mqttUrl } = broker.address;
  const port = Number(new URL(mqttUrl).port);
  const connected = new Set<TestDevice>();
  const rig = { dataDir, broker, events: [] as TestBridge['events'] } as unknown as TestBridge;

  const start = async (): Promise<void> => {
    rig.db = openDatabase(dataDir);
    rig.store = await openStore({ path: join(dataDir, 'readings.db') });
    const live = createLive(now);
    rig.live = live;
    live.subscribe(null, ({ event, data }) => {
      rig.events.push({ event, data: JSON.parse(data) });
    });
    rig.devices = await openDevices({ db: rig.db, store: rig.store, live, now });
    rig.bridge = await startBridge({
      brokerUrl: mqttUrl,
      user: 'hearth-api',
      passwordFile: join(dataDir, 'broker', 'service-secret'),
      db: rig.db,
      store: wrapStore(rig.store),
      devices: rig.devices,
      log,
      home,
      payloadKeyFile: join(dataDir, 'payload-key'),
      gateways: openGateways(rig.db),
      now,
      ...(commandTiming ? { commandTiming } : {}),
      ...(monotonicMs ? { monotonicMs } : {}),
    });
    if (broker) await vi.waitFor(() => expect(rig.bridge.state().isConnected).toBe(true), soon);
  };
  const stop = async (last = (): void => {}): Promise<void> => {
    await rig.bridge[Symbol.asyncDispose]();
    await rig.devices[Symbol.asyncDispose]();
    last();
    await rig.store.close();
    rig.db.close();
  };
  await start();

  return Object.assign(rig, {
    async addDevice(id: string, about: About | null = thermostat) {
      await rig.bridge.control.add([{ id, role: 'device', home, secret: id }]);
      rig.devices.add({ id, name: id, role: 'device', isDemo: false, source: 'contract' });
      const device = await connectDevice(mqttUrl, id, about);
      connected.add(device);
      return device;
    },
    async stopBroker() {
      await broker?.[Symbol.asyncDispose]();
      broker = null;
    },
    async restartBroker() {
      await broker?.[Symbol.asyncDispose]();
      broker = await startTestBroker(dataDir, port);
    },
    async restartBridge(last?: () => void) {
      await stop(last);
      await start();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...connected].map((device) => device.client.endAsync(true)));
      await stop();
      await broker?.[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  });
}

/** A device on MQTT.js that keeps the rules of the contract; what it does not say is said with `publish`. */
interface TestDevice {
  id: string;
  client: mqtt.MqttClient;
  receipts: { boot: number; seq: number }[];
  requests: Request[];
  publish(kind: 'about' | 'status' | 'reading' | 'response', payload: unknown): Promise<void>;
  /** Called for each request as it comes. */
  onRequest: (request: Request) => void;
}

/** Connects with a will, subscribes, and says `about` and that it is online: boot 1, and a `conn` that grows. */
async function connectDevice(url: string, id: string, about: About | null): Promise<TestDevice> {
  let conn = 1;
  const status = (online: boolean): string => JSON.stringify({ online, boot: 1, conn });
  const will = {
    topic: deviceTopic(home, id, 'status'),
    payload: Buffer.from(status(false)),
    qos: 1 as const,
    retain: true,
  };
  const client = mqtt.connect(url, {
    manualConnect: true,
    clientId: id,
    username: id,
    password: id,
    reconnectPeriod: 100,
    will,
  });
  const device: TestDevice = {
    id,
    client,
    receipts: [],
    requests: [],
    onRequest: () => {},
    async publish(kind, payload) {
      const bytes =
        typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
      const retain = kind !== 'response';
      await client.publishAsync(deviceTopic(home, id, kind), bytes, { qos: 1, retain });
    },
  };
  client.on('error', () => {});
  let wasConnected = false;
  client.on('close', () => {
    if (!wasConnected) return;
    wasConnected = false;
    conn++;
    will.payload = Buffer.from(status(false));
  });
  client.on('message', (topic, payload) => {
    const message = JSON.parse(payload.toString()) as never;
    if (topic.endsWith('/receipt')) device.receipts.push(message);
    else {
      device.requests.push(message);
      device.onRequest(message);
    }
  });
  const ready = new Promise<void>((resolve) => {
    client.on('connect', () => {
      wasConnected = true;
      client.subscribe([deviceTopic(home, id, 'receipt'), deviceTopic(home, id, 'request')], { qos: 1 });
      if (about)
        client.publish(deviceTopic(home, id, 'about'), JSON.stringify(about), { qos: 1, retain: true });
      client.publish(deviceTopic(home, id, 'status'), status(true), { qos: 1, retain: true }, () =>
        resolve(),
      );
    });
  });
  client.connect();
  await ready;
  return device;
}

/** A reading of the thermostat, measured now. */
export function reading(
  seq: number,
  values: object = { temperature: 20 + (seq % 50) / 10 },
  rest: object = {},
) {
  return { boot: 1, seq, at: Date.now(), values, ...rest };
}
