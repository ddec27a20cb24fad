import type { QoS } from 'mqtt-packet';
import { parser as createParser, writeToStream, type Packet } from 'mqtt-packet';
import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { timed, type Measured } from './leg.ts';

/** Where and as whom to connect: `mqtt:` or `mqtts:`, with a clean session. */
export interface LinkOptions {
  url: string;
  clientId: string;
  user?: string | undefined;
  password?: string | undefined;
  /** The authority (PEM) of an `mqtts:` broker; the public ones if not given. */
  ca?: string | undefined;
  /** False where `ca` is known to be the broker's own, and the name in its certificate may be another. */
  isNameChecked?: boolean;
  /** The most that any one leg may take. */
  timeoutMs: number;
  measured: Measured;
  /** Ends the connection, also while it is being made. */
  signal?: AbortSignal;
}

/** A connection of one that measures: every promise is rejected when it ends. */
export interface Link extends Disposable {
  /** The QoS that was granted. */
  subscribe(filter: string, qos: QoS): Promise<QoS>;
  /** Resolves when the broker has taken it over: PUBACK or PUBCOMP, at once with QoS 0. */
  publish(topic: string, payload: string, qos: QoS): Promise<void>;
  /** Resolves with the next message of which this is true; who gives up on it may leave it. */
  next(isMeant: (topic: string, payload: string) => boolean): Promise<unknown>;
}

interface Awaited {
  isMeant: (packet: Packet) => boolean;
  resolve: (packet: Packet) => void;
  reject: (error: Error) => void;
}

/** What CONNACK says when it says no. @see MQTT 3.1.1, table 3.1 */
const refusals: Record<number, string> = {
  1: 'the broker does not speak MQTT 3.1.1',
  2: 'the broker does not take the client id',
  3: 'the broker is not ready',
  4: 'the broker does not know the user name or password',
  5: 'the broker does not let us in',
};
/** SUBACK's return code for a filter that is refused [MQTT-3.9.3-2]. */
const subscriptionRefused = 128;
/** Longer than any run: no PINGREQ is needed. */
const keepaliveS = 120;

/**
 * Connects, and measures `tcp` (with the name's address, where it has to be looked up), `tls` and `connect`.
 * @throws {LegError}
 */
export async function openLink(options: LinkOptions): Promise<Link> {
  const { clientId, user, password, timeoutMs, measured } = options;
  const { protocol, hostname, port } = new URL(options.url);
  const isTls = protocol === 'mqtts:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const tcp = connectTcp({ host, port: Number(port) || (isTls ? 8883 : 1883), noDelay: true });
  const { signal } = options;
  const stop = (): void => void tcp.destroy(new Error('stopped'));
  signal?.addEventListener('abort', stop);
  tcp.on('close', () => signal?.removeEventListener('abort', stop));
  let socket = tcp;
  try {
    await timed('tcp', timeoutMs, measured, () => once(tcp, 'connect'));
    if (isTls) socket = await timed('tls', timeoutMs, measured, () => secured(tcp, host, options));
    const link = speak(socket);
    await timed('connect', timeoutMs, measured, async () => {
      link.send({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId,
        keepalive: keepaliveS,
        ...(user !== undefined && { username: user }),
        ...(password !== undefined && { password: Buffer.from(password) }),
      });
      const answer = await link.await(({ cmd }) => cmd === 'connack');
      const { returnCode = 0 } = answer as Packet & { cmd: 'connack' };
      if (returnCode !== 0)
        throw new Error(refusals[returnCode] ?? `the broker refused with code ${returnCode}`);
    });
    return link;
  } catch (error) {
    socket.destroy();
    tcp.destroy();
    throw error;
  }
}

async function secured(tcp: Socket, host: string, options: LinkOptions): Promise<Socket> {
  const { ca, isNameChecked = true } = options;
  const checks: ConnectionOptions = {
    ...(ca !== undefined && { ca }),
    ...(!isNameChecked && { checkServerIdentity: () => undefined }),
  };
  const socket = connectTls({ socket: tcp, servername: isIP(host) ? '' : host, ...checks });
  await once(socket, 'secureConnect');
  return socket;
}

function speak(socket: Socket) {
  const parser = createParser({ protocolVersion: 4 });
  const waiting = new Set<Awaited>();
  let ended: Error | null = null;
  let lastId = 0;

  const send = (packet: Packet): void => {
    if (socket.writable) writeToStream(packet, socket);
  };
  const end = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting) reject(ended);
    waiting.clear();
  };
  const awaitPacket = (isMeant: Awaited['isMeant']): Promise<Packet> => {
    const promise = new Promise<Packet>((resolve, reject) => {
      if (ended) reject(ended);
      else waiting.add({ isMeant, resolve, reject });
    });
    // One that nobody waits for any more ends without a word: unheard, it would end the process.
    promise.catch(() => {});
    return promise;
  };
  const answer = (packet: Packet): void => {
    const { messageId = 0 } = packet;
    if (packet.cmd === 'publish' && packet.qos === 1) send({ cmd: 'puback', messageId });
    if (packet.cmd === 'publish' && packet.qos === 2) send({ cmd: 'pubrec', messageId });
    if (packet.cmd === 'pubrec') send({ cmd: 'pubrel', messageId });
    if (packet.cmd === 'pubrel') send({ cmd: 'pubcomp', messageId });
  };
  parser.on('packet', (packet: Packet) => {
    for (const each of waiting) {
      if (!each.isMeant(packet)) continue;
      waiting.delete(each);
      each.resolve(packet);
    }
    answer(packet);
  });
  parser.on('error', (error: Error) => end(new Error(`what came is not MQTT: ${error.message}`)));
  socket.on('data', (bytes) => parser.parse(bytes));
  socket.on('error', end);
  socket.on('close', () => end(new Error('the broker closed the connection')));

  return {
    send,
    await: awaitPacket,
    async subscribe(filter: string, qos: QoS): Promise<QoS> {
      const messageId = ++lastId;
      send({ cmd: 'subscribe', messageId, subscriptions: [{ topic: filter, qos }] });
      const packet = await awaitPacket(({ cmd, messageId: id }) => cmd === 'suback' && id === messageId);
      const [granted] = (packet as Packet & { cmd: 'suback' }).granted as number[];
      if (granted === undefined || granted === subscriptionRefused)
        throw new Error(`the broker refuses us the subscription to ${filter}`);
      return granted as QoS;
    },
    async publish(topic: string, payload: string, qos: QoS): Promise<void> {
      const packet = { cmd: 'publish', topic, payload, dup: false, retain: false } as const;
      if (qos === 0) return send({ ...packet, qos });
      const messageId = ++lastId;
      const last = qos === 1 ? 'puback' : 'pubcomp';
      const acknowledged = awaitPacket(({ cmd, messageId: id }) => cmd === last && id === messageId);
      send({ ...packet, qos, messageId });
      await acknowledged;
    },
    next(isMeant: (topic: string, payload: string) => boolean): Promise<unknown> {
      return awaitPacket(
        (packet) => packet.cmd === 'publish' && isMeant(packet.topic, packet.payload.toString()),
      );
    },
    [Symbol.dispose](): void {
      send({ cmd: 'disconnect' });
      socket.destroySoon();
    },
  };
}
