import { deviceReads, deviceTopic, type MessageKind, type Receipt } from '@hearth/contract';
import { once } from 'node:events';
import type { IPublishPacket, Packet } from 'mqtt-packet';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Authority, Shown } from './authority.ts';
import { openLink, type Link } from './link.ts';
import type { Log } from './log.ts';

/** How the broker behaves at present; a check may ask for other manners. */
interface Manners {
  /** A new connection is closed before it can speak. */
  isGone: boolean;
  /** Return code of CONNACK; `none` closes without one, as a broker that is starting does. */
  connack: 0 | 5 | 'none';
  /** Which certificate is shown. */
  shows: Shown;
  /** After how long PUBLISH is acknowledged. ms */
  ackAfterMs: number;
  /** Packets get lost on the way, in both directions. */
  isLossy: boolean;
  /** Nothing is answered any more, as over a connection whose other end vanished. */
  isMute: boolean;
  /** Whether readings get receipts. */
  givesReceipts: boolean;
  /** Delivered after a subscription as if it had been retained. */
  retainedRequest: ((link: Link) => string) | null;
}

const goodManners: Manners = {
  isGone: false,
  connack: 0,
  shows: 'right',
  ackAfterMs: 0,
  isLossy: false,
  isMute: false,
  givesReceipts: true,
  retainedRequest: null,
};

export interface DoorOptions {
  authority: Authority;
  log: Log;
  home: string;
  device: string;
  /** Address to bind. */
  host: string;
  /** 0 takes a free one. */
  port: number;
}

/** A broker for one device, which can misbehave. One port takes TLS and plain MQTT: their first bytes differ. */
export interface Door extends AsyncDisposable {
  readonly port: number;
  /** Every connection so far, oldest first. */
  readonly links: readonly Link[];
  /** Other manners, until disposed of. */
  behave(manners: Partial<Manners>): Disposable;
  /** The receipt that is retained for the device; null when there is none. */
  receipt: Receipt | null;
  /** Sends to the device, where it has subscribed. */
  publish(kind: 'receipt' | 'request', payload: string | Buffer): void;
}

/** One device needs two at most; whoever else is in the network gets no further. */
const connectionsMax = 32;
/** CONNACK of MQTT 5: unsupported protocol version. */
const unsupportedVersion = 0x84;
/** The first byte of a TLS handshake. @see RFC 8446 section 5.1 */
const handshake = 0x16;

/** Opens the port. @throws with the system's code when it cannot be had. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const door = new KitDoor(options);
  await door.listen();
  return door;
}

class KitDoor implements Door {
  readonly links: Link[] = [];
  receipt: Receipt | null = null;
  readonly #options: DoorOptions;
  readonly #server = createServer((socket) => this.#accept(socket));
  readonly #sockets = new Set<Socket>();
  /** Gives each acknowledgement that is held up. */
  readonly #held = new Set<() => void>();
  readonly #topics: ReadonlyMap<string, MessageKind>;
  #manners = goodManners;
  #opened = 0;
  #messageId = 0;

  constructor(options: DoorOptions) {
    this.#options = options;
    const { home, device } = options;
    this.#topics = new Map(deviceReads.map((kind) => [deviceTopic(home, device, kind), kind]));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async listen(): Promise<void> {
    const { port, host } = this.#options;
    this.#server.maxConnections = connectionsMax;
    try {
      await once(this.#server.listen(port, host), 'listening');
    } catch (error) {
      // Without IPv6 in the system, all addresses are those of IPv4.
      if (host !== '::' || (error as NodeJS.ErrnoException).code !== 'EAFNOSUPPORT') throw error;
      await once(this.#server.listen(port, '0.0.0.0'), 'listening');
    }
  }

  behave(manners: Partial<Manners>): Disposable {
    const before = this.#manners;
    this.#manners = { ...before, ...manners };
    return {
      [Symbol.dispose]: () => {
        this.#manners = before;
        if (before.ackAfterMs === 0) for (const acknowledge of this.#held) acknowledge();
      },
    };
  }

  /** Acknowledges after so long, or when its manners are better again: what comes next begins with nothing held up. */
  #hold(acknowledge: () => void, ms: number): void {
    const release = (): void => {
      clearTimeout(timer);
      this.#held.delete(release);
      acknowledge();
    };
    const timer = setTimeout(release, ms).unref();
    this.#held.add(release);
  }

  publish(kind: 'receipt' | 'request', payload: string | Buffer): void {
    for (const link of this.links) this.#deliver(link, kind, payload, false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    const { log } = this.#options;
    const number = ++this.#opened;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    log.note({ link: number, from: 'device', what: 'opened' });
    if (this.#manners.isGone) {
      log.note({ link: number, from: 'kit', what: 'closed' });
      socket.destroy();
      return;
    }
    const onEarlyError = (): void => {};
    socket.on('error', onEarlyError);
    socket.once('data', (bytes) => {
      socket.pause();
      socket.unshift(bytes);
      this.#open(number, socket, bytes[0] === handshake);
    });
  }

  #open(number: number, socket: Socket, isTls: boolean): void {
    const { authority, log } = this.#options;
    const shown = isTls ? this.#manners.shows : null;
    const secureContext = shown && authority.contexts[shown];
    const link = openLink({
      number,
      shown,
      log,
      socket: secureContext ? new TLSSocket(socket, { isServer: true, secureContext }) : socket,
      isLossy: () => this.#manners.isLossy,
      onPacket: (from, packet) => void (this.#manners.isMute || this.#answer(from, packet)),
    });
    this.links.push(link);
    if (!isTls) socket.resume();
  }

  #answer(link: Link, packet: Packet): void {
    const { messageId = 0 } = packet;
    if (packet.cmd === 'connect') this.#answerConnect(link);
    else if (packet.cmd === 'subscribe') {
      const granted = packet.subscriptions.map(({ topic, qos }) => {
        if (!this.#topics.has(topic)) return 128;
        link.filters.set(topic, qos === 0 ? 0 : 1);
        return qos === 0 ? 0 : 1;
      });
      link.send({ cmd: 'suback', messageId, granted });
      for (const { topic } of packet.subscriptions) this.#deliverRetained(link, this.#topics.get(topic));
    } else if (packet.cmd === 'unsubscribe') link.send({ cmd: 'unsuback', messageId, granted: [] });
    else if (packet.cmd === 'pingreq') link.send({ cmd: 'pingresp' });
    else if (packet.cmd === 'pubrel') link.send({ cmd: 'pubcomp', messageId });
    else if (packet.cmd === 'publish') this.#take(link, packet);
  }

  #answerConnect(link: Link): void {
    const { connack } = this.#manners;
    if (link.connect?.protocolVersion === 5) {
      link.send({ cmd: 'connack', reasonCode: unsupportedVersion, sessionPresent: false });
      link.end();
    } else if (connack === 'none') link.cut();
    else {
      // The newer of two connections with one client id wins. [MQTT-3.1.4-2]
      for (const older of this.links) if (older !== link && older.closedAt === null) older.cut();
      link.send({ cmd: 'connack', returnCode: connack, sessionPresent: false });
      if (connack !== 0) link.end();
    }
  }

  /** Acknowledges what was published; a reading gets its receipt, which covers all that came before it. */
  #take(link: Link, packet: IPublishPacket): void {
    const { qos, messageId = 0 } = packet;
    const acknowledge = (): void => {
      if (qos === 1) link.send({ cmd: 'puback', messageId });
      if (qos === 2) link.send({ cmd: 'pubrec', messageId });
    };
    if (this.#manners.ackAfterMs > 0) this.#hold(acknowledge, this.#manners.ackAfterMs);
    else acknowledge();
    const reading = this.#options.log.said('reading').at(-1);
    if (!this.#manners.givesReceipts || reading?.publish !== packet) return;
    const { boot, seq } = reading.body;
    if (boot === undefined || seq === undefined) return;
    const before = this.receipt;
    if (before && (boot < before.boot || (boot === before.boot && seq <= before.seq))) return;
    this.receipt = { boot, seq };
    this.publish('receipt', JSON.stringify(this.receipt));
  }

  #deliverRetained(link: Link, kind: MessageKind | undefined): void {
    const { retainedRequest } = this.#manners;
    if (kind === 'receipt' && this.receipt) this.#deliver(link, kind, JSON.stringify(this.receipt), true);
    if (kind === 'request' && retainedRequest) this.#deliver(link, kind, retainedRequest(link), true);
  }

  #deliver(link: Link, kind: 'receipt' | 'request', payload: string | Buffer, retain: boolean): void {
    const topic = deviceTopic(this.#options.home, this.#options.device, kind);
    const qos = link.filters.get(topic);
    if (qos === undefined) return;
    this.#messageId = (this.#messageId % 65_535) + 1;
    const number = qos === 0 ? {} : { messageId: this.#messageId };
    link.send({ cmd: 'publish', qos, dup: false, retain, topic, payload, ...number });
  }
}
