import type { IPublishPacket, Packet } from 'mqtt-packet';
import { BrokerAwayError, createInFlight } from './in-flight.ts';
import { closedByBroker, openWire, type TlsMaterial, type Wire } from './wire.ts';

/** A message as the broker delivered it. */
export interface Delivery {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  /** True when the broker had it in store at the moment of the subscription. */
  isRetained: boolean;
  /** True when the broker may have delivered it before [MQTT-3.3.1-3]. */
  isRepeat?: boolean;
  /** Unix ms. */
  receivedAt: number;
  /** Tells the broker to forget it; without effect once the connection is lost: then it comes again. */
  acknowledge: () => void;
}

/** One connection to the broker, from CONNACK to its end. */
export interface Connection extends Pick<Wire, 'pause' | 'resume' | 'end' | 'ended'> {
  /** Resolves at the broker's acknowledgement. @throws {BrokerAwayError} when the connection ends before. */
  publish(
    topic: string,
    payload: string | Buffer,
    options: { isRetained: boolean; isUrgent: boolean },
  ): Promise<void>;
  /** Subscribes, at QoS 1 if not said, and gives the filters that the broker refuses. @throws {BrokerAwayError} */
  subscribe(filters: readonly string[], qos?: 0 | 1): Promise<string[]>;
}

/** Who connects to what, and who takes the messages. */
export interface ConnectionOptions {
  url: URL;
  clientId: string;
  user: string;
  password: string;
  tls?: TlsMaterial;
  /** The broker forgets us when we leave: for one of several that share the work. */
  isClean?: boolean;
  /** What the broker says for us when we are gone without a word, retained. */
  will?: { topic: string; payload: string };
  keepaliveS: number;
  now: () => number;
  /** What CONNACK's return code 3 means at this broker. */
  notReady?: string;
  /** Gives up an attempt that is under way. */
  signal: AbortSignal;
  onMessage: (delivery: Delivery) => void;
}

/** Ours at once on their way: the broker commits each before it acknowledges. */
const inFlightLimit = 64;
const connectTimeoutMs = 10_000;
/** SUBACK's return code for a filter that is refused [MQTT-3.9.3-2]. */
const subscriptionRefused = 128;

/** What CONNACK says when it says no. @see MQTT 3.1.1, table 3.1 */
const refusals: Record<number, string> = {
  1: 'the broker does not speak MQTT 3.1.1',
  2: 'the broker does not take the client id',
  3: 'the broker is not ready',
  4: 'the broker does not know the user name or password',
  5: 'the broker does not let us in',
};

/**
 * Connects, with a session that the broker keeps while we are away [MQTT-3.1.2-4], unless it is a clean one.
 * @throws {BrokerAwayError} saying why it could not.
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { url, clientId, user, password, tls = {}, isClean = false, will, keepaliveS } = options;
  const inFlight = createInFlight(inFlightLimit);
  const granted = new Map<number, readonly unknown[]>();
  const accepted = Promise.withResolvers<'accepted'>();

  const onPacket = (packet: Packet): void => {
    const { messageId = 0 } = packet;
    if (packet.cmd === 'publish') options.onMessage(toDelivery(packet, wire, options.now()));
    else if (packet.cmd === 'puback') inFlight.acknowledge(messageId);
    else if (packet.cmd === 'pubrel') wire.send({ cmd: 'pubcomp', messageId });
    else if (packet.cmd === 'suback') {
      granted.set(messageId, packet.granted);
      inFlight.acknowledge(messageId);
    } else if (packet.cmd === 'connack') {
      const { returnCode = 0 } = packet;
      if (returnCode === 0) accepted.resolve('accepted');
      else if (returnCode === 3 && options.notReady !== undefined) wire.cut(options.notReady);
      else wire.cut(refusals[returnCode] ?? `the broker refused with code ${returnCode}`);
    }
  };
  const onOpen = (): void =>
    wire.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: isClean,
      clientId,
      keepalive: keepaliveS,
      username: user,
      password: Buffer.from(password),
      ...(will
        ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }
        : {}),
    });
  const wire = openWire({ url, tls, keepaliveS, onOpen, onPacket });
  const timeout = setTimeout(() => wire.cut('the broker does not answer'), connectTimeoutMs);
  const giveUp = (): void => wire.cut('stopped');
  options.signal.addEventListener('abort', giveUp);
  if (options.signal.aborted) giveUp();
  const ended = wire.ended.then((reason) => {
    clearTimeout(timeout);
    options.signal.removeEventListener('abort', giveUp);
    inFlight.fail(new BrokerAwayError(reason));
    return reason;
  });

  const outcome = await Promise.race([accepted.promise, ended]);
  const isCutShort = outcome === closedByBroker || outcome.includes('ECONNRESET');
  if (isCutShort && url.protocol === 'mqtt:')
    throw new BrokerAwayError('the broker closed the connection at once: if it speaks TLS, write mqtts://');
  if (outcome !== 'accepted') throw new BrokerAwayError(outcome);
  clearTimeout(timeout);
  options.signal.removeEventListener('abort', giveUp);
  return {
    ...wire,
    ended,
    publish(topic, payload, { isRetained, isUrgent }) {
      const packet = { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: isRetained } as const;
      return inFlight.add((messageId) => wire.send({ ...packet, messageId }), isUrgent);
    },
    async subscribe(filters, qos = 1) {
      const subscriptions = filters.map((topic) => ({ topic, qos }));
      let id = 0;
      await inFlight.add((messageId) => {
        id = messageId;
        wire.send({ cmd: 'subscribe', subscriptions, messageId });
      }, true);
      const refused = filters.filter((_, index) => granted.get(id)?.[index] === subscriptionRefused);
      granted.delete(id);
      return refused;
    },
  };
}

function toDelivery(packet: IPublishPacket, wire: Wire, receivedAt: number): Delivery {
  const { topic, qos, retain: isRetained, dup: isRepeat, messageId = 0 } = packet;
  const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
  const acknowledge = (): void => {
    if (qos > 0) wire.send({ cmd: qos === 1 ? 'puback' : 'pubrec', messageId });
  };
  return { topic, payload, qos, isRetained, isRepeat, receivedAt, acknowledge };
}
