import type { AnswerOf } from './answers.ts';
import {
  acknowledge,
  connect,
  publish,
  subscribe,
  type ConnectOptions,
  type PublishOptions,
} from './packets.ts';
import { passwordOf, type Subject } from './subjects.ts';
import { createWire, type Wire } from './wire.ts';

/** One line of the table: what the standard says, and what is done to see whether it is so. */
export interface Row {
  /** Number of the statement, such as 3.1.0-1. */
  clause: string;
  says: string;
  given: string;
  expect: string;
  /** It takes seconds, and the transport makes no difference: over one it is enough. */
  isLong?: boolean;
  /** Rejects when it is not so. */
  run(bench: Bench): Promise<void>;
}

/** What a row works with: a broker, and names that no other row has. */
export interface Bench {
  readonly subject: Subject;
  /** A topic, or filter, of this row only. */
  topic(name: string): string;
  /** A client id of this row only. */
  clientId(name: string): string;
  /** The bytes of a CONNECT that is let in, if `options` do not spoil it. */
  connectBytes(client: string, options?: ConnectOptions): Buffer;
  /** A connection that has sent nothing yet; cut when the row ends. */
  open(): Promise<Wire>;
  /** Sends CONNECT and awaits a CONNACK that lets it in. */
  connect(client: string, options?: ConnectOptions): Promise<Wire>;
  /** The same, as one who may touch every topic, without limits. */
  connectAdmin(client: string): Promise<Wire>;
  /** A new client that has subscribed to these. */
  subscriber(client: string, ...filters: [filter: string, qos: number][]): Promise<Wire>;
  /**
   * The retained messages that a new subscriber to `filter` is sent. `via` retains one more, which tells by
   * its arrival that all of them have come.
   */
  retained(filter: string, via: Wire, qos?: number): Promise<AnswerOf<'publish'>[]>;
}

/** @param name letters and digits; with a letter behind it at most 23, the longest client id for all brokers */
export function createBench(subject: Subject, name: string, wires: DisposableStack): Bench {
  let readers = 0;
  const topic = (last: string): string => `t/${name}/${last}`;
  const clientId = (client: string): string => `${name}${client}`;
  const connectBytes = (client: string, options: ConnectOptions = {}): Buffer =>
    connect({ clientId: clientId(client), username: name, password: passwordOf(name), ...options });
  const open = async (): Promise<Wire> => wires.use(createWire(await subject.open()));
  const connected = async (client: string, options: ConnectOptions = {}): Promise<Wire> => {
    const wire = await open();
    wire.send(connectBytes(client, options));
    await wire.expect('connack', { code: 0 });
    return wire;
  };
  return {
    subject,
    topic,
    clientId,
    connectBytes,
    open,
    connect: connected,
    connectAdmin: (client) =>
      connected(client, { ...subject.admin, clientId: `${subject.admin.username}-${clientId(client)}` }),
    async subscriber(client, ...filters) {
      const wire = await connected(client);
      await subscribeTo(wire, ...filters);
      return wire;
    },
    async retained(filter, via, qos = 2) {
      const last = topic('last');
      await say(via, last, 'last', { retain: true, qos: 1, id: 9999 });
      const wire = await connected(`r${++readers}`);
      wire.send(
        subscribe(1, [
          [filter, qos],
          [last, 0],
        ]),
      );
      await wire.expect('suback', { codes: [qos, 0] });
      const messages = await wire.takeUntil('last');
      await wire.ping();
      return [...messages, ...wire.box.filter((found) => found.type === 'publish')].filter(
        (message) => message.topic !== last,
      );
    },
  };
}

/** Subscribes, and sees that all is granted as asked for. */
export async function subscribeTo(wire: Wire, ...filters: [filter: string, qos: number][]): Promise<void> {
  wire.send(subscribe(1, filters));
  await wire.expect('suback', { id: 1, codes: filters.map(([, qos]) => qos) });
}

/** Publishes with the whole exchange of its QoS. */
export async function say(
  wire: Wire,
  topic: string | Uint8Array,
  payload: string,
  options: PublishOptions = {},
): Promise<void> {
  const { qos = 0, id = 1 } = options;
  wire.send(publish(topic, payload, options));
  if (qos === 1) await wire.expect('puback', { id });
  if (qos < 2) return;
  await wire.expect('pubrec', { id });
  wire.send(acknowledge('pubrel', id));
  await wire.expect('pubcomp', { id });
}

/** Finishes the subscriber's part of a message that it was sent. */
export async function answer(wire: Wire, { qos, id }: AnswerOf<'publish'>): Promise<void> {
  if (qos === 1) wire.send(acknowledge('puback', id));
  if (qos < 2) return;
  wire.send(acknowledge('pubrec', id));
  await wire.expect('pubrel', { id });
  wire.send(acknowledge('pubcomp', id));
}

/** @throws {Error} unless both are alike */
export function same(what: string, got: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (is !== should) throw new Error(`expected ${what} ${should}, got ${is}`);
}
