import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { generate, parser as createParser, type Packet } from 'mqtt-packet';

export interface SessionOptions {
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  url: string;
  /** Authority (PEM) of an `mqtts:` broker; the public ones if not set. */
  ca?: string | undefined;
  clientId: string;
  /** Without a name neither name nor password are sent. */
  username: string;
  password: string;
  keepaliveS: number;
  /** null: this device leaves none. */
  will: Letter | null;
  /** Subscribed to at QoS 1 before `onUp`. */
  topics: readonly string[];
  onUp(): void;
  onMessage(topic: string, payload: Uint8Array, isRetained: boolean): void;
  /** The broker refuses this name and password. */
  onRefused(reason: string): void;
  /** Once, however the connection ended. */
  onClosed(): void;
}

/** What is published. */
export interface Letter {
  topic: string;
  payload: string | Buffer;
  qos: 0 | 1;
  isRetained: boolean;
}

const connectTimeoutMs = 10_000;
const packetIdMax = 65_535;
const refusals: { [code: number]: string } = { 4: 'bad user name or password', 5: 'not authorised' };

/**
 * One MQTT 3.1.1 connection with a clean session, from CONNECT to its end: what a simulated device needs of the
 * protocol and nothing else, so that ten thousand of them fit into a process.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, () => void>();
  readonly #timer: NodeJS.Timeout;
  #rest: Buffer | null = null;
  #packetId = 0;
  #isUp = false;
  #isClosed = false;
  #isFrozen = false;
  /** Since the timer last fired: whether anything went out, and for how many rounds nothing came in. */
  #hasSent = false;
  #silentRounds = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { protocol, hostname, port } = new URL(options.url);
    const host = hostname.replace(/^\[|\]$/g, '');
    this.#socket =
      protocol === 'mqtts:'
        ? connectTls({
            host,
            port: Number(port || 8883),
            ...(isIP(host) === 0 && { servername: host }),
            ca: options.ca,
          })
        : connectTcp({ host, port: Number(port || 1883) });
    this.#socket.setNoDelay(true);
    this.#socket.once(protocol === 'mqtts:' ? 'secureConnect' : 'connect', () => this.#write(this.#login()));
    this.#socket.on('data', (bytes) => this.#take(bytes));
    this.#socket.on('error', () => {});
    this.#socket.once('close', () => this.#close());
    this.#timer = setTimeout(() => this.destroy(), connectTimeoutMs);
  }

  /** Let in, and subscribed. */
  get isUp(): boolean {
    return this.#isUp && !this.#isClosed;
  }

  /** `onAcknowledged` is called at the PUBACK; at QoS 0 when it is written; never when the connection ends before. */
  publish({ topic, payload, qos, isRetained }: Letter, onAcknowledged: () => void): void {
    if (!this.isUp) return;
    const head = { cmd: 'publish', topic, payload, qos, retain: isRetained, dup: false } as const;
    if (qos === 0) {
      this.#write(head);
      onAcknowledged();
      return;
    }
    do this.#packetId = (this.#packetId % packetIdMax) + 1;
    while (this.#waiting.has(this.#packetId));
    this.#waiting.set(this.#packetId, onAcknowledged);
    this.#write({ ...head, messageId: this.#packetId });
  }

  /** DISCONNECT, and no will. `onEnded` is called when the socket is closed. */
  end(onEnded: () => void): void {
    if (this.#isClosed) return onEnded();
    this.#socket.once('close', onEnded);
    if (!this.isUp) return this.destroy();
    this.#write({ cmd: 'disconnect' });
    this.#socket.end();
  }

  /** Breaks the socket without a DISCONNECT, as a pulled plug does. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** From now on nothing gets through either way, though both ends think that they are connected: half open. */
  freeze(): void {
    this.#isFrozen = true;
    this.#socket.pause();
  }

  #login(): Packet {
    const { clientId, username, password, keepaliveS, will } = this.#options;
    return {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId,
      keepalive: keepaliveS,
      ...(username && { username, password: Buffer.from(password) }),
      ...(will && {
        will: {
          topic: will.topic,
          payload: Buffer.from(will.payload),
          qos: will.qos,
          retain: will.isRetained,
        },
      }),
    };
  }

  #write(packet: Packet): void {
    if (this.#isFrozen || !this.#socket.writable) return;
    this.#hasSent = true;
    this.#socket.write(generate(packet));
  }

  #take(bytes: Buffer): void {
    this.#silentRounds = 0;
    let left = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    for (let size = packetSize(left); size !== null && size <= left.length; size = packetSize(left)) {
      const packet = readPacket(left.subarray(0, size));
      left = left.subarray(size);
      if (!packet) {
        this.destroy();
        return;
      }
      this.#handle(packet);
    }
    // A copy: a piece of what came would keep all of it.
    this.#rest = left.length > 0 ? Buffer.from(left) : null;
  }

  #handle(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack':
        this.#enter(packet.returnCode ?? 0);
        break;
      case 'suback':
        this.#arrive(packet.granted.every((granted) => granted !== 128));
        break;
      case 'puback': {
        const onAcknowledged = this.#waiting.get(packet.messageId!);
        this.#waiting.delete(packet.messageId!);
        onAcknowledged?.();
        break;
      }
      case 'publish':
        if (packet.qos === 1) this.#write({ cmd: 'puback', messageId: packet.messageId! });
        this.#options.onMessage(packet.topic, packet.payload as Buffer, packet.retain);
        break;
      default:
    }
  }

  #enter(returnCode: number): void {
    if (returnCode !== 0) {
      const refusal = refusals[returnCode];
      if (refusal) this.#options.onRefused(refusal);
      this.destroy();
      return;
    }
    const subscriptions = this.#options.topics.map((topic) => ({ topic, qos: 1 as const }));
    this.#packetId = 1;
    this.#write({ cmd: 'subscribe', messageId: 1, subscriptions });
  }

  #arrive(isGranted: boolean): void {
    if (!isGranted) {
      this.destroy();
      return;
    }
    clearTimeout(this.#timer);
    this.#isUp = true;
    this.#lookAfter();
    this.#options.onUp();
  }

  /** Twice a keepalive: a PINGREQ where one way was silent, the end where nothing came for one and a half. */
  #lookAfter(): void {
    if (this.#isClosed) return;
    this.#pulse = setTimeout(() => {
      this.#silentRounds += 1;
      if (this.#silentRounds > 3) this.destroy();
      else if (!this.#hasSent || this.#silentRounds > 1) this.#write({ cmd: 'pingreq' });
      this.#hasSent = false;
      this.#lookAfter();
    }, this.#options.keepaliveS * 500);
  }
  #pulse: NodeJS.Timeout | undefined;

  #close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#pulse);
    this.#waiting.clear();
    this.#options.onClosed();
  }
}

/** Bytes of the packet that begins here, or null when not even that has come. @see MQTT 3.1.1, 2.2.3 */
function packetSize(bytes: Buffer): number | null {
  let length = 0;
  for (let i = 1; i <= 4; i++) {
    const byte = bytes[i];
    if (byte === undefined) return null;
    length += (byte & 127) * 128 ** (i - 1);
    if (byte < 128) return length + i + 1;
  }
  return 0;
}

/** One parser serves all sessions: it is only ever given whole packets. */
let shared = openParser();

function openParser() {
  const parser = createParser({ protocolVersion: 4 });
  const read: { packet: Packet | null } = { packet: null };
  parser.on('packet', (packet: Packet) => (read.packet = packet));
  parser.on('error', () => {});
  return { parser, read };
}

/** null for bytes that are no packet. */
function readPacket(bytes: Buffer): Packet | null {
  shared.read.packet = null;
  if (bytes.length > 0) shared.parser.parse(bytes);
  const { packet } = shared.read;
  if (!packet) shared = openParser();
  return packet;
}
