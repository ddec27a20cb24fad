import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '@hearth/broker';
import {
  controlTopics,
  deviceTopic,
  deviceWrites,
  parseDeviceTopic,
  parseMessage,
  refusedTopic,
  type ControlRequest,
  type DeviceCredential,
  type MessageKind,
  type Parsed,
  type Receipt,
  type Request,
} from '@hearth/contract';
import { createLog } from '@hearth/part';
import { connectAsync, type MqttClient } from 'mqtt';

/** One message that a device published, as the platform saw it. */
export interface Heard {
  device: string;
  kind: MessageKind;
  message: Parsed<unknown>;
  /** The payload as it came. */
  text: string;
  isRetained: boolean;
}

const log = createLog('test', 'silent');

/** A broker with credentials for some devices, and the platform's own client, which hears every device. */
export class Platform implements AsyncDisposable {
  readonly credentials: DeviceCredential[];
  readonly dir: string;
  readonly heard: Heard[] = [];
  /** Topics that no device should have touched, and the broker's refusals. */
  readonly strays: string[] = [];
  #broker: Awaited<ReturnType<typeof startBroker>>;
  #client: MqttClient;
  #port: number;
  #answersReceipts = false;
  /** By device: all readings up to here were heard, none missing. */
  readonly #complete = new Map<string, Receipt>();

  private constructor(dir: string, broker: Platform['broker'], client: MqttClient, ids: readonly string[]) {
    this.dir = dir;
    this.#broker = broker;
    this.#client = client;
    this.#port = Number(new URL(broker.address.mqttUrl).port);
    this.credentials = ids.map((id) => ({
      id,
      home: 'home',
      secret: randomBytes(32).toString('base64url'),
      brokerUrl: broker.address.mqttUrl,
    }));
  }

  static async start(ids: readonly string[]): Promise<Platform> {
    const dir = await mkdtemp(join(tmpdir(), 'hearth-simulator-'));
    const broker = await openBroker(dir, 0);
    const platform = new Platform(dir, broker, await openClient(dir, broker.address.mqttUrl), ids);
    await platform.#listen();
    const add = platform.credentials.map(({ id, secret }) => ({
      id,
      role: 'device' as const,
      home: 'home',
      secretSha256: createHash('sha256').update(secret).digest('hex'),
    }));
    await platform.#control({ id: 'add', add });
    return platform;
  }

  get broker(): Awaited<ReturnType<typeof startBroker>> {
    return this.#broker;
  }

  /** The messages of one device, of one kind where it is named, in the order in which they came. */
  of(device: string, kind?: MessageKind): Heard[] {
    return this.heard.filter((heard) => heard.device === device && (!kind || heard.kind === kind));
  }

  /** The values of the valid messages of one device and kind. */
  values<T>(device: string, kind: MessageKind): T[] {
    return this.of(device, kind).flatMap(({ message }) => (message.ok ? [message.value as T] : []));
  }

  async send(
    device: string,
    kind: 'receipt' | 'request',
    message: Receipt | Request | string,
  ): Promise<void> {
    const payload = typeof message === 'string' ? message : JSON.stringify(message);
    await this.#client.publishAsync(deviceTopic('home', device, kind), payload, {
      qos: 1,
      retain: kind === 'receipt',
    });
  }

  /** Publishes a retained message on a request topic, which the real platform never does. */
  async retain(device: string, kind: MessageKind, payload: string): Promise<void> {
    await this.#client.publishAsync(deviceTopic('home', device, kind), payload, { qos: 1, retain: true });
  }

  /** From now on every reading is answered with a receipt for all that came without a gap. */
  answerReceipts(): void {
    this.#answersReceipts = true;
  }

  async revoke(ids: string[]): Promise<void> {
    await this.#control({ id: 'revoke', revoke: ids });
  }

  async stopBroker(): Promise<void> {
    await this.#client.endAsync(true);
    await this.#broker[Symbol.asyncDispose]();
  }

  /** Starts the broker again on its port and listens again. */
  async startBroker(): Promise<void> {
    this.#broker = await openBroker(this.dir, this.#port);
    this.#client = await openClient(this.dir, this.#broker.address.mqttUrl);
    await this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopBroker();
    await rm(this.dir, { recursive: true, force: true });
  }

  async #listen(): Promise<void> {
    this.#client.on('message', (topic, payload, { retain }) => this.#hear(topic, payload, retain));
    await this.#client.subscribeAsync(['hearth/v1/#', controlTopics.response, refusedTopic], { qos: 1 });
  }

  #hear(topic: string, payload: Uint8Array, isRetained: boolean): void {
    const parts = parseDeviceTopic(topic);
    if (!parts) {
      if (topic !== controlTopics.response) this.strays.push(`${topic} ${Buffer.from(payload).toString()}`);
      return;
    }
    const { device, kind } = parts;
    if (!deviceWrites.includes(kind)) return;
    const message = parseMessage(kind, payload);
    this.heard.push({ device, kind, message, text: Buffer.from(payload).toString(), isRetained });
    if (kind === 'reading' && message.ok) this.#count(device, message.value as Receipt);
  }

  #count(device: string, { boot, seq }: Receipt): void {
    const known = this.#complete.get(device) ?? { boot: 0, seq: 0 };
    const isNext = boot === known.boot ? seq === known.seq + 1 : boot > known.boot && seq === 1;
    if (isNext) this.#complete.set(device, { boot, seq });
    const receipt = this.#complete.get(device);
    // One that the end of the broker cuts off is not missed.
    if (this.#answersReceipts && receipt) this.send(device, 'receipt', receipt).catch(() => {});
  }

  async #control(request: ControlRequest): Promise<void> {
    const answered = new Promise<void>((resolve, reject) => {
      const take = (topic: string, payload: Uint8Array): void => {
        if (topic !== controlTopics.response) return;
        this.#client.off('message', take);
        const { error } = JSON.parse(Buffer.from(payload).toString()) as { error?: string };
        if (error) reject(new Error(error));
        else resolve();
      };
      this.#client.on('message', take);
    });
    await this.#client.publishAsync(controlTopics.request, JSON.stringify(request), { qos: 1 });
    await answered;
  }
}

async function openBroker(dir: string, port: number): Promise<Awaited<ReturnType<typeof startBroker>>> {
  return startBroker(
    {
      HEARTH_DATA_DIR: dir,
      HEARTH_MQTT_HOST: '127.0.0.1',
      HEARTH_MQTT_PORT: port,
      HEARTH_MQTT_WS_PORT: 0,
      HEARTH_MQTTS_HOST: '127.0.0.1',
      HEARTH_MQTTS_PORT: 0,
      HEARTH_MQTT_WSS_PORT: 0,
      HEARTH_LOG_LEVEL: 'silent',
    },
    log,
  );
}

async function openClient(dir: string, url: string): Promise<MqttClient> {
  const password = (await readFile(join(dir, 'broker', 'service-secret'), 'utf8')).trim();
  const options = {
    clientId: 'hearth-api-test',
    username: 'hearth-api',
    password,
    protocolVersion: 4,
  } as const;
  return connectAsync(url, { ...options, clean: true, reconnectPeriod: 0 });
}
