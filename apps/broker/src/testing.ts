import { controlTopics, type ControlRequest, type ControlResponse, type Credential } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientOptions } from 'mqtt';
import packets, { type IConnectPacket, type Packet } from 'mqtt-packet';
import { expect, vi } from 'vitest';
import { startBroker } from './broker.ts';

/** A folder that is removed again. */
export function temporaryFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'hearth-broker-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export const testConfig = (dataDir: string) => ({
  HEARTH_DATA_DIR: dataDir,
  HEARTH_MQTT_HOST: '127.0.0.1',
  HEARTH_MQTT_PORT: 0,
  HEARTH_MQTT_WS_PORT: 0,
  HEARTH_MQTTS_HOST: '127.0.0.1',
  HEARTH_MQTTS_PORT: 0,
  HEARTH_MQTT_WSS_PORT: 0,
  HEARTH_MQTT_MTLS_PORT: 0,
  HEARTH_LOG_LEVEL: 'silent' as const,
});

/** Lets one name come again as often as a test likes, unless `connectsMax` says otherwise. */
interface TestOptions {
  connectsMax?: number;
}

/** A real broker on free ports, on a data folder that outlasts it. */
export async function startBrokerIn(dataDir: string, { connectsMax = Infinity }: TestOptions = {}) {
  const log = createLog('broker', 'silent');
  const running = await startBroker(testConfig(dataDir), log, { connectsMax });
  return {
    url: running.address.mqttUrl,
    address: running.address,
    dataDir,
    serviceSecret: readFileSync(join(dataDir, 'broker', 'service-secret'), 'utf8'),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
export type TestBroker = Awaited<ReturnType<typeof startBrokerIn>>;

/** The same in a folder of its own. */
export async function startTestBroker(options: TestOptions = {}): Promise<TestBroker> {
  await using open = new AsyncDisposableStack();
  const folder = open.use(temporaryFolder());
  const broker = open.use(await startBrokerIn(folder.path, options));
  const parts = open.move();
  return { ...broker, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

export interface Received {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
}

/** An MQTT.js client (3.1.1, no reconnect) that has connected, and all that it receives. */
export async function connect(url: string, options: IClientOptions) {
  const client = mqtt.connect(url, {
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: 5000,
    manualConnect: true,
    ...options,
  });
  const received: Received[] = [];
  client.on('message', (topic, payload, { qos, retain }) =>
    received.push({ topic, payload: payload.toString(), qos, retain }),
  );
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
    client.connect();
  });
  client.on('error', () => {});
  return {
    client,
    received,
    isClosed: () => !client.connected,
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}
export type Peer = Awaited<ReturnType<typeof connect>>;

/** What CONNACK says, as the code of MQTT 3.1.1, or the error's text when there is none. */
export async function connackOf(url: string, options: IClientOptions): Promise<number | string> {
  try {
    await using peer = await connect(url, options);
    return peer.isClosed() ? 'closed' : 0;
  } catch (error) {
    return (error as { code?: number }).code ?? (error as Error).message;
  }
}

export const connectService = (broker: TestBroker, options: IClientOptions = {}): Promise<Peer> =>
  connect(broker.url, {
    clientId: `hearth-api-${randomUUID().slice(0, 8)}`,
    username: 'hearth-api',
    password: broker.serviceSecret,
    ...options,
  });

export const connectDevice = (broker: TestBroker, id: string, options: IClientOptions = {}): Promise<Peer> =>
  connect(broker.url, { clientId: id, username: id, password: `secret of ${id}`, ...options });

/** A credential whose secret is `secret of <id>`. */
export function credential(id: string, more: Partial<Credential> = {}): Credential {
  const secretSha256 = createHash('sha256').update(`secret of ${id}`).digest('hex');
  return { id, role: 'device', home: 'home', secretSha256, ...more };
}

/** Sends one control request as the api does and gives the response. */
export async function change(
  service: Peer,
  request: Omit<ControlRequest, 'id'> & Record<string, unknown>,
): Promise<ControlResponse> {
  const id = randomUUID();
  await service.client.subscribeAsync(controlTopics.response, { qos: 1 });
  await service.client.publishAsync(controlTopics.request, JSON.stringify({ id, ...request }), { qos: 1 });
  return vi.waitFor(
    () => {
      const response = service.received
        .filter(({ topic }) => topic === controlTopics.response)
        .map(({ payload }) => JSON.parse(payload) as ControlResponse)
        .find((candidate) => candidate.id === id);
      if (!response) throw new Error('no response yet');
      return response;
    },
    { timeout: 5000, interval: 5 },
  );
}

/** A bare socket that speaks packets, for what no client library would send. */
export async function openSocket(url: string) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connectSocket(Number(port), hostname);
  const answers: Packet[] = [];
  const parser = packets.parser({ protocolVersion: 4 });
  parser.on('packet', (packet: Packet) => answers.push(packet));
  socket.on('data', (data) => parser.parse(data));
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return {
    socket,
    answers,
    send: (packet: Packet) => socket.write(packets.generate(packet)),
    isClosed: () => socket.closed,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** CONNECT as the user of this name with the secret `secret of <name>`, clean unless `more` says otherwise. */
export const connectPacket = (name: string, more: Partial<IConnectPacket> = {}): IConnectPacket => ({
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  keepalive: 60,
  clientId: name,
  username: name,
  password: Buffer.from(`secret of ${name}`),
  ...more,
});

/** Whether the broker still serves: a message of the service comes back to it. */
export async function expectAlive(broker: TestBroker): Promise<void> {
  await using service = await connectService(broker);
  await service.client.subscribeAsync('alive', { qos: 1 });
  await service.client.publishAsync('alive', 'yes', { qos: 1 });
  await expect.poll(() => service.received.length).toBe(1);
}
