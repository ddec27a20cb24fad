import type { Log } from '@hearth/part';
import type { Client, PublishPacket } from 'aedes';
import { Readable } from 'node:stream';
import { createAcceptance, type Book, type Reservation } from './acceptance.ts';
import { atOnce, type Answer } from './answers.ts';
import { createConnecting, onDisk } from './connecting.ts';
import { createIncomingFace } from './incoming-face.ts';
import { createIncoming } from './incoming.ts';
import { openJournal, type Journal } from './journal.ts';
import type { JournalData } from './journal-worker.ts';
import type { Kept, Packet, QueueBounds } from './outgoing.ts';
import { createQueues, type Queues } from './queues.ts';
import { readLeft, type Left } from './recovery.ts';
import { createRetainedWriting } from './retained-writing.ts';
import { createRetained, type Retained } from './retained.ts';
import { createSending } from './sending.ts';
import { createStoredSubscriptions } from './stored-subscriptions.ts';
import { createSubscriptions, type StoredSubscription } from './subscriptions.ts';
import { createWills } from './wills.ts';

/** What the sessions ask of the broker's rules. */
export interface SessionRules {
  /** Whether this filter was granted to the connected client: aedes offers refused ones too. */
  isGranted(client: object, filter: string): boolean;
  /** How much is kept for an absent client. */
  bounds(clientId: string): QueueBounds;
}

/** What of aedes is asked for. */
interface Broker {
  counter: number;
  publish(packet: PublishPacket, client: Client | null, done: () => void): void;
}

export type Sessions = ReturnType<typeof openSessions>;

/**
 * Sessions, retained messages, queues and wills, behind the face that aedes asks of a persistence: in memory to
 * work with, and in a journal to survive. Opening reads what a broker of before left, killed or not.
 *
 * aedes numbers messages and drops for a connected subscriber whatever arrives below the last number. So
 * the three steps between numbering and delivery (`storeRetained`, `subscriptionsByTopic`,
 * `outgoingEnqueueCombi`) answer at once; what an acknowledgement promises was committed before, in `accept`.
 * @throws {StartError} as {@link readLeft}.
 */
export function openSessions(data: JournalData, rules: SessionRules, log: Log) {
  const left = readLeft(data.path);
  const journal = openJournal(data, log);
  const queues = createQueues(journal, (name) => rules.bounds(name));
  const retained = createRetained();
  const book: Book = {
    journal,
    sessions: new Set(),
    fresh: new Set(),
    subscriptions: createSubscriptions(),
    queues,
    incoming: createIncoming(),
    retained,
  };
  const lastCounter = restore(book, left);
  let broker: Broker | undefined;
  const acceptance = createAcceptance(book, (client, packet) => broker?.publish(packet, client, () => {}));
  const wills = createWills(journal, left.wills.at(-1)?.id ?? 0);
  const writing = createRetainedWriting(journal, retained);
  const { face, ...sending } = createSending(book);

  return {
    journal: journal as Pick<Journal, 'state' | 'onState' | 'lastCommitMs' | 'after'>,

    onCommit: (listener: (ms: number) => void): void => journal.onCommit(listener),

    // --- For the broker -----------------------------------------------------------------------
    accept: acceptance.accept,
    ...createConnecting(book, wills),
    ...sending,
    /** Before a will is handed on: behind what its connection has published, and not once more after a start. */
    acceptWill(client: Client, answer: () => void): void {
      acceptance.afterPublished(client, () => {
        wills.end(client);
        answer();
      });
    },
    dropWill: (client: Client): void => wills.end(client),
    /** Of connections that a killed broker had. */
    leftWills: left.wills,
    endLeftWill: wills.endLeft,
    names: (): string[] => [...book.sessions],
    queueLength: (name: string): number => queues.of(name)?.length ?? 0,
    /** Messages kept for all clients. */
    queued: (): number => queues.count(),
    queueBytes: (name: string): number => queues.of(name)?.bytes ?? 0,
    /** What waits for a session, in order. */
    kept: (name: string): readonly Kept[] => queues.of(name)?.all() ?? [],
    incomingCount: (name: string): number => book.incoming.count(name),
    isIncoming: (name: string, id: number): boolean => book.incoming.stateOf(name, id) !== undefined,
    retained: retained as Pick<Retained, 'count' | 'bytes' | 'get'>,
    /** On disk when it resolves. */
    forgetRetained(topic: string): Promise<void> {
      retained.put(topic, '', 0);
      writing.write(topic, false);
      return onDisk(journal);
    },

    // --- For aedes, between numbering and delivery --------------------------------------------
    storeRetained({ topic = '', payload = '', qos = 0 }: Packet): Answer<undefined> {
      retained.put(topic, payload, qos);
      if (!acceptance.isWritten(topic, payload)) writing.write(topic, qos === 0);
      return atOnce(undefined);
    },
    subscriptionsByTopic: (topic: string): Answer<readonly StoredSubscription[]> =>
      atOnce(book.subscriptions.forTopic(topic)),
    outgoingEnqueueCombi(subscribers: readonly StoredSubscription[], packet: Packet): Answer<undefined> {
      const reservation = acceptance.take(packet.payload);
      enqueue(queues, subscribers, packet, reservation);
      return atOnce(undefined);
    },

    // --- For aedes, the rest ------------------------------------------------------------------
    ...face,
    ...createStoredSubscriptions(book, (client, filter) => rules.isGranted(client, filter)),
    ...createIncomingFace(book),
    async setup(aedes: Broker): Promise<void> {
      broker = aedes;
      // What was left is numbered from one; new messages come behind it.
      aedes.counter = lastCounter;
    },
    async destroy(): Promise<void> {},
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retained.matching(filters)),
    // Sessions and wills begin and end in `connect`, and queues are sent by `sendMore`.
    cleanSubscriptions: () => atOnce(undefined),
    outgoingStream: () => Readable.from([]),
    putWill: () => atOnce(undefined),
    delWill: () => atOnce(undefined),
    streamWill: () => Readable.from([]),
    [Symbol.asyncDispose]: () => journal[Symbol.asyncDispose](),
  };
}

/** Puts a message that aedes has numbered into the queues, where it has been written into their places. */
function enqueue(
  queues: Queues,
  subscribers: readonly StoredSubscription[],
  { topic = '', payload = '', qos = 0, brokerCounter = 0 }: Packet,
  reservation: Reservation | undefined,
): void {
  const places = reservation ? [...reservation.places] : [];
  let message = reservation?.message;
  for (const { clientId, qos: granted } of subscribers) {
    const at = places.findIndex(({ name }) => name === clientId);
    message ??= { topic, payload: Buffer.from(payload as Uint8Array), qos };
    if (at >= 0) queues.fill(places.splice(at, 1)[0]!, message, brokerCounter);
    // Of the broker's own, or subscribed since: nobody was promised it.
    else queues.put(clientId, message, granted, brokerCounter);
  }
  // Sessions that ended, or unsubscribed, since.
  for (const place of places) queues.leave(place, message!);
}

/** Puts back what a broker of before left. @returns the number of the last message. */
function restore({ sessions, subscriptions, queues, incoming, retained }: Book, left: Left): number {
  for (const name of left.sessions) sessions.add(name);
  for (const { name, filter, qos } of left.subscriptions)
    subscriptions.add({ clientId: name, topic: filter, qos });
  for (const { name, packetId } of left.incoming) incoming.set(name, packetId, 'published');
  for (const { topic, qos, payload } of left.retained) retained.put(topic, payload, qos);
  return queues.restore(left.queued);
}
