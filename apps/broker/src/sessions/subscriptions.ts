import { filterMatches, hasWildcard } from '../access/topics.ts';

/** A stored subscription of one session. */
export interface StoredSubscription {
  clientId: string;
  topic: string;
  qos: 0 | 1 | 2;
}

/** The subscriptions that durable sessions left, found by session and by topic. */
export interface Subscriptions {
  add(subscription: StoredSubscription): void;
  remove(clientId: string, filter: string): void;
  removeAll(clientId: string): void;
  ofClient(clientId: string): StoredSubscription[];
  /** Every session that has any. */
  clients(): string[];
  /** Sessions that a message on this topic is kept for, each once with its highest QoS; QoS 0 keeps nothing. */
  forTopic(topic: string): readonly StoredSubscription[];
}

/** Topics whose subscribers are remembered until a subscription changes. */
const foundMax = 10_000;

/** Exact filters are looked up, and only the few with wildcards are tried one by one. */
export function createSubscriptions(): Subscriptions {
  const byClient = new Map<string, Map<string, StoredSubscription>>();
  const byFilter = new Map<string, Map<string, StoredSubscription>>();
  const wildcards = new Set<string>();
  /** Devices publish on the same few topics over and over. */
  const found = new Map<string, readonly StoredSubscription[]>();

  const remove = (clientId: string, filter: string): void => {
    found.clear();
    const filters = byClient.get(clientId);
    filters?.delete(filter);
    if (filters?.size === 0) byClient.delete(clientId);
    const clients = byFilter.get(filter);
    clients?.delete(clientId);
    if (clients?.size !== 0) return;
    byFilter.delete(filter);
    wildcards.delete(filter);
  };

  const ofClient = (clientId: string): StoredSubscription[] => [...(byClient.get(clientId)?.values() ?? [])];

  return {
    add(subscription) {
      const { clientId, topic } = subscription;
      found.clear();
      entry(byClient, clientId).set(topic, subscription);
      entry(byFilter, topic).set(clientId, subscription);
      if (hasWildcard(topic)) wildcards.add(topic);
    },
    remove,
    removeAll(clientId) {
      for (const { topic } of ofClient(clientId)) remove(clientId, topic);
    },
    ofClient,
    clients: () => [...byClient.keys()],
    forTopic(topic) {
      let subscribers = found.get(topic);
      if (!subscribers) {
        subscribers = look(topic);
        if (found.size >= foundMax) found.clear();
        found.set(topic, subscribers);
      }
      return subscribers;
    },
  };

  function look(topic: string): StoredSubscription[] {
    const best = new Map<string, StoredSubscription>();
    const take = (filter: string): void => {
      for (const subscription of byFilter.get(filter)?.values() ?? [])
        if (subscription.qos > (best.get(subscription.clientId)?.qos ?? 0))
          best.set(subscription.clientId, subscription);
    };
    if (!hasWildcard(topic)) take(topic);
    for (const filter of wildcards) if (filterMatches(filter, topic)) take(filter);
    return [...best.values()];
  }
}

function entry<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let inner = map.get(key);
  if (!inner) map.set(key, (inner = new Map()));
  return inner;
}
