import {
  deviceReads,
  deviceTopic,
  messageRules,
  parseDeviceTopic,
  type DeviceCredential,
  type Messages,
  type Status,
} from '@hearth/contract';
import type { Random } from '@hearth/heat';
import { connect, type MqttClient } from 'mqtt';
import { after, type Clock } from './clock.ts';

type Written = 'about' | 'status' | 'reading' | 'response';

export interface LinkOptions {
  credential: DeviceCredential;
  /** Authority (PEM) of an `mqtts:` broker; the public ones if not set. */
  ca?: string | undefined;
  keepaliveS: number;
  clock: Clock;
  /** Spreads the tries of many devices. */
  random: Random;
  /** The status that names a connection; with `online` false it is the will. */
  status(online: boolean, conn: number): Status;
  /** Connected and subscribed. */
  onUp(): void;
  onDown(): void;
  onMessage(kind: 'receipt' | 'request', payload: Uint8Array, isRetained: boolean): void;
  /** The broker refuses these credentials. */
  onRefused(reason: string): void;
}

const retryMinMs = 100;
const retryMaxMs = 15_000;
const connectTimeoutMs = 10_000;
/** How long an orderly goodbye may take before the socket is just closed. */
const goodbyeMs = 1500;

/** How long to wait before another try: doubles with each failure, plus a random part of up to as much again. ms */
export function retryPauseMs(failures: number, random: Random): number {
  const pauseMs = Math.min(retryMaxMs / 2, retryMinMs * 2 ** (failures - 1));
  return pauseMs + random() * pauseMs;
}

/**
 * One device's connection to the broker, made again after growing pauses whenever it breaks. Every connection is a
 * new MQTT.js client with a clean session: what must be sent again is in the device's buffer, not in a library's.
 */
export class Link {
  readonly #options: LinkOptions;
  #client: MqttClient | null = null;
  #conn = 0;
  #wasUp = true;
  #failures = 0;
  #isClosed = false;
  #stopWaiting = (): void => {};

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#open();
  }

  /** Number of the present connection, from 1. */
  get conn(): number {
    return this.#conn;
  }

  /** Publishes on a topic of the device's own. `onAcknowledged` is never called for a connection that broke. */
  publish<K extends Written>(kind: K, message: Messages[K], onAcknowledged?: () => void): void {
    const client = this.#client;
    if (!client?.connected) return;
    this.#send(client, kind, message, () => {
      if (this.#client === client) onAcknowledged?.();
    });
  }

  /** Breaks the socket without a DISCONNECT, as a pulled plug does. */
  cut(): void {
    this.#client?.stream.destroy();
  }

  /** Ends the connection in order and begins again at number 1: the device has a new boot. */
  async restart(): Promise<void> {
    await this.#leave();
    this.#conn = 0;
    this.#wasUp = true;
    if (!this.#isClosed) this.#open();
  }

  /** Says offline, disconnects and stays so. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#leave(this.#options.status(false, this.#conn));
  }

  #open(): void {
    // A number names a connection that was up; one that never came to be leaves it unused.
    if (this.#wasUp) this.#conn += 1;
    this.#wasUp = false;
    const client = connect(this.#options.credential.brokerUrl, this.#login());
    this.#client = client;
    client.on('connect', () => this.#subscribe(client));
    client.on('message', (topic, payload, packet) => {
      const kind = parseDeviceTopic(topic)?.kind;
      if (this.#client === client && (kind === 'receipt' || kind === 'request'))
        this.#options.onMessage(kind, payload, packet.retain);
    });
    client.on('error', (error) => {
      const { code } = error as { code?: unknown };
      // CONNACK 4 and 5: bad user name or password, not authorised.
      if (code === 4 || code === 5) this.#options.onRefused(error.message);
    });
    client.on('close', () => this.#lost(client));
    client.connect();
  }

  #login() {
    const { id, home, secret } = this.#options.credential;
    return {
      protocolVersion: 4,
      clean: true,
      clientId: id,
      username: id,
      password: secret,
      ...(this.#options.ca !== undefined && { ca: this.#options.ca }),
      keepalive: this.#options.keepaliveS,
      will: {
        topic: deviceTopic(home, id, 'status'),
        payload: Buffer.from(JSON.stringify(this.#options.status(false, this.#conn))),
        qos: 1,
        retain: true,
      },
      manualConnect: true,
      reconnectPeriod: 0,
      connectTimeout: connectTimeoutMs,
    } as const;
  }

  #subscribe(client: MqttClient): void {
    this.#wasUp = true;
    const { id, home } = this.#options.credential;
    const topics = deviceReads.map((kind) => deviceTopic(home, id, kind));
    client.subscribe(topics, { qos: 1 }, (error) => {
      if (this.#client !== client) return;
      if (error) {
        client.stream.destroy();
        return;
      }
      this.#failures = 0;
      this.#options.onUp();
    });
  }

  #lost(client: MqttClient): void {
    if (this.#client !== client) return;
    this.#client = null;
    client.end(true);
    this.#options.onDown();
    const waitMs = retryPauseMs(++this.#failures, this.#options.random);
    this.#stopWaiting = after(this.#options.clock, waitMs, () => this.#open());
  }

  async #leave(last?: Status): Promise<void> {
    this.#stopWaiting();
    const client = this.#client;
    this.#client = null;
    if (!client) return;
    this.#options.onDown();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, goodbyeMs);
      const disconnect = (): void =>
        void client.end(() => {
          clearTimeout(timer);
          resolve();
        });
      if (last && client.connected) this.#send(client, 'status', last, disconnect);
      else disconnect();
    });
    client.end(true);
  }

  #send(client: MqttClient, kind: Written, message: object, onAcknowledged: () => void): void {
    const { id, home } = this.#options.credential;
    const { qos, isRetained } = messageRules[kind];
    const options = { qos, retain: isRetained };
    client.publish(deviceTopic(home, id, kind), JSON.stringify(message), options, (error) => {
      if (!error) onAcknowledged();
    });
  }
}
