import { Readable } from 'node:stream';
import { createOutgoingQueue, type Outgoing, type OutgoingQueue } from './outgoing.ts';
import { createRetained } from './retained.ts';
import { createSubscriptions, type StoredSubscription } from './subscriptions.ts';

/** What the sessions ask of the broker's rules. */
export interface SessionRules {
  /** Whether this filter was granted to the connected client: aedes offers refused ones too. */
  isGranted(client: object, filter: string): boolean;
  /** How many messages are kept for an absent client. */
  queueMax(clientId: string): number;
}

interface Filter {
  topic: string;
  qos: 0 | 1 | 2;
}
interface ClientName {
  id: string;
}

export type Sessions = ReturnType<typeof createSessions>;

/**
 * Sessions, retained messages and queues in memory, behind the face that aedes asks of a persistence.
 *
 * aedes numbers messages and drops for a connected subscriber whatever arrives below the last number. So
 * the three steps between numbering and delivery (`storeRetained`, `subscriptionsByTopic`,
 * `outgoingEnqueueCombi`) answer at once, and a retained message cannot be overtaken by one that is not.
 */
export function createSessions(rules: SessionRules) {
  const subscriptions = createSubscriptions();
  const retained = createRetained();
  const queues = new Map<string, OutgoingQueue>();
  const incoming = new Map<string, Map<number, Outgoing>>();

  const forget = (clientId: string): void => {
    subscriptions.removeAll(clientId);
    queues.delete(clientId);
    incoming.delete(clientId);
  };

  return {
    // --- For the broker -----------------------------------------------------------------------
    /** Ends the sessions that `isEnded` names: subscriptions, queue, and QoS 2 state. */
    forget(isEnded: (clientId: string) => boolean): void {
      const names = [...queues.keys(), ...incoming.keys(), ...subscriptions.clients()];
      for (const clientId of names) if (isEnded(clientId)) forget(clientId);
    },
    retainedPayload: (topic: string) => retained.matching([topic])[0]?.payload,
    forgetRetained: (topic: string): void => retained.put(topic, { cmd: 'publish' }),
    queueLength: (clientId: string): number => queues.get(clientId)?.length ?? 0,
    unsent: (clientId: string): Outgoing[] => queues.get(clientId)?.unsent() ?? [],
    drop: (clientId: string, counter: number): void => queues.get(clientId)?.drop(counter),

    // --- For aedes, between numbering and delivery --------------------------------------------
    storeRetained(message: Outgoing) {
      if (message.topic !== undefined) retained.put(message.topic, message);
      return atOnce(undefined);
    },
    subscriptionsByTopic: (topic: string) => atOnce(subscriptions.forTopic(topic)),
    outgoingEnqueueCombi(subscribers: readonly StoredSubscription[], message: Outgoing) {
      for (const { clientId, qos } of subscribers) enqueue(clientId, message, qos);
      return atOnce(undefined);
    },

    // --- For aedes, the rest ------------------------------------------------------------------
    async setup(): Promise<void> {},
    async destroy(): Promise<void> {},
    createRetainedStreamCombi: (filters: readonly string[]) => Readable.from(retained.matching(filters)),
    async addSubscriptions(client: ClientName, filters: readonly Filter[]): Promise<void> {
      for (const { topic, qos } of filters)
        if (rules.isGranted(client, topic)) subscriptions.add({ clientId: client.id, topic, qos });
    },
    async removeSubscriptions({ id }: ClientName, filters: readonly string[]): Promise<void> {
      for (const filter of filters) subscriptions.remove(id, filter);
    },
    subscriptionsByClient: async ({ id }: ClientName): Promise<StoredSubscription[]> =>
      subscriptions.ofClient(id),
    /** A clean session begins: nothing of an earlier one may reach it. [MQTT-3.1.2-6] */
    cleanSubscriptions: async ({ id }: ClientName): Promise<void> => forget(id),
    async outgoingEnqueue({ clientId }: { clientId: string }, message: Outgoing): Promise<void> {
      enqueue(clientId, message, 2);
    },
    /** A message that is not kept any more (just unsubscribed, or beyond the queue) is sent all the same. */
    async outgoingUpdate({ id }: ClientName, message: Outgoing): Promise<void> {
      queues.get(id)?.noteSent(message);
    },
    /** Without a packet id it was never sent: it stays for its turn. */
    async outgoingClearMessageId({ id }: ClientName, { messageId }: Outgoing): Promise<Outgoing | undefined> {
      return messageId === undefined ? undefined : queues.get(id)?.acknowledge(messageId);
    },
    outgoingStream: ({ id }: ClientName) => Readable.from(queues.get(id)?.all() ?? []),
    async incomingStorePacket({ id }: ClientName, message: Outgoing): Promise<void> {
      let packets = incoming.get(id);
      if (!packets) incoming.set(id, (packets = new Map()));
      if (message.messageId !== undefined) packets.set(message.messageId, message);
    },
    async incomingGetPacket({ id }: ClientName, { messageId }: Outgoing): Promise<Outgoing> {
      const found = incoming.get(id)?.get(messageId ?? 0);
      if (!found) throw new Error('no such packet');
      return found;
    },
    async incomingDelPacket({ id }: ClientName, { messageId }: Outgoing): Promise<void> {
      if (!incoming.get(id)?.delete(messageId ?? 0)) throw new Error('no such packet');
    },
    async cleanIncoming({ id }: ClientName): Promise<void> {
      incoming.delete(id);
    },
    // A will lives with its connection: there are none of other brokers to fire, and after a jump of the
    // clock aedes would take those of connected clients for such.
    async putWill(): Promise<void> {},
    async delWill(): Promise<void> {},
    streamWill: () => Readable.from([]),
  };

  function enqueue(clientId: string, message: Outgoing, qosMax: 0 | 1 | 2): void {
    let queue = queues.get(clientId);
    if (!queue) queues.set(clientId, (queue = createOutgoingQueue()));
    if (queue.length >= rules.queueMax(clientId) || message.brokerCounter === undefined) return;
    const qos = Math.min(message.qos ?? 0, qosMax) as 0 | 1 | 2;
    // Retained is for those who subscribe after it; these had subscribed before. [MQTT-3.3.1-9]
    queue.append(message.brokerCounter, { ...message, qos, retain: false, messageId: undefined });
  }
}

/** A value that is there already, for aedes, which calls `then` once: no turn of the event loop between. */
function atOnce<T>(value: T) {
  return {
    // oxlint-disable-next-line unicorn/no-thenable
    then: (use: (value: T) => void): void => use(value),
  };
}
