import { config, startBroker } from '@hearth/broker';
import { controlTopics, type Credential } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import { createHash, randomUUID } from 'node:crypto';
import { once, type EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeBrokerPorts } from '../../processes.ts';
import { startFront, type Front } from './front.ts';

/** What the api's credential is called; its client ids begin so. */
export const serviceName = 'hearth-api';

/** A gateway that may touch `t/#` only. */
export const gateway = { id: 'gateway', secret: 'the secret of the gateway' };

/** Options of MQTT.js; version 5 where nothing else is said. */
export type Options = Omit<mqtt.IClientOptions, 'host' | 'port'>;

/** A client of MQTT.js and what it got. */
export interface Client extends AsyncDisposable {
  readonly mqtt: MqttClient;
  readonly connack: mqtt.IConnackPacket;
  readonly messages: IPublishPacket[];
}

/** The broker in this process with the front before it, and clients for both. */
export interface House extends AsyncDisposable {
  readonly front: Front;
  /** The later, the more of all intervals is over. */
  clock: { aheadMs: number };
  readonly password: string;
  /** A client at the front; ends without DISCONNECT when it was not ended before. */
  connect(options: Options): Promise<Client>;
}

export function makeTemporaryFolder(open: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-mqtt5-'));
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts both, on free ports. */
export async function startHouse(): Promise<House> {
  await using open = new AsyncDisposableStack();
  const folder = makeTemporaryFolder(open);
  const env = { ...freeBrokerPorts, HEARTH_DATA_DIR: folder };
  const broker = open.use(await startBroker(readConfig(config, env), createLog('broker', 'silent')));
  const clock = { aheadMs: 0 };
  const direct = Number(new URL(broker.address.mqttUrl).port);
  const front = open.use(await startFront(direct, () => Date.now() + clock.aheadMs));
  const password = readFileSync(join(folder, 'broker', 'service-secret'), 'utf8').trim();
  const connect = (options: Options): Promise<Client> =>
    connectTo(front.port, { username: serviceName, password, ...options });
  await addGateway(connect);
  const parts = open.move();
  return { front, clock, password, connect, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

/** @throws the refusal, with its reason code as `code`. */
export async function connectTo(port: number, options: Options): Promise<Client> {
  const client = mqtt.connect({
    host: '127.0.0.1',
    port,
    protocolVersion: 5,
    reconnectPeriod: 0,
    manualConnect: true,
    ...options,
  });
  const messages: IPublishPacket[] = [];
  client.on('message', (_topic, _payload, packet) => messages.push(packet));
  const connected = next<mqtt.IConnackPacket>(client, 'connect');
  client.connect();
  try {
    const connack = await connected;
    client.on('error', () => {});
    return { mqtt: client, connack, messages, [Symbol.asyncDispose]: () => client.endAsync(true) };
  } catch (error) {
    client.on('error', () => {});
    client.end(true);
    throw error;
  }
}

/** What comes with the next event of this name. @throws the client's error, when that comes first. */
export async function next<T>(client: MqttClient, event: string): Promise<T> {
  const [value] = (await once(client as unknown as EventEmitter, event)) as [T];
  return value;
}

async function addGateway(connect: House['connect']): Promise<void> {
  const add: Credential = {
    id: gateway.id,
    role: 'gateway',
    home: 'home',
    secretSha256: createHash('sha256').update(gateway.secret).digest('hex'),
    topics: ['t/#'],
  };
  await using client = await connect({ clientId: `${serviceName}-adds` });
  await client.mqtt.subscribeAsync(controlTopics.response, { qos: 1 });
  const answered = next(client.mqtt, 'message');
  await client.mqtt.publishAsync(controlTopics.request, JSON.stringify({ id: randomUUID(), add: [add] }), {
    qos: 1,
  });
  await answered;
}
