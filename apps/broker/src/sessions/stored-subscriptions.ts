import type { Client } from 'aedes';
import type { Book } from './acceptance.ts';
import { atOnce, later, type Answer } from './answers.ts';
import { verbs } from './records.ts';
import type { StoredSubscription } from './subscriptions.ts';

/** A filter of a SUBSCRIBE. */
export interface Filter {
  topic: string;
  qos: 0 | 1 | 2;
}
interface ClientName {
  id: string;
}

/**
 * Stands for the subscriptions of a session that has none: aedes tells a client that its session is there when
 * there are any. Nobody may subscribe to it. [MQTT-3.2.2-2]
 */
export const emptySessionMarker = '$session';

/**
 * The subscriptions of durable sessions: in the journal before SUBACK and UNSUBACK, and in memory at the commit,
 * in the very turn in which aedes goes on, so that nothing is kept that is not delivered too.
 */
export function createStoredSubscriptions(
  { journal, sessions, fresh, subscriptions }: Book,
  isGranted: (client: object, filter: string) => boolean,
) {
  const afterCommit = (use: () => void, undo: () => void): Answer<undefined> => {
    const answer = later<undefined>();
    journal.after((failure) => {
      if (failure) {
        undo();
        answer.reject(failure);
        return;
      }
      use();
      answer.resolve(undefined);
    });
    return answer;
  };
  const write = (name: string, topic: string, qos: number, isKept: boolean): void =>
    journal.append({ verb: verbs.subscribe, isKept, name, topic, small: qos });
  const unwrite = (name: string, topic: string, isKept: boolean): void =>
    journal.append({ verb: verbs.unsubscribe, isKept, name, topic });
  /** What failed may have been written all the same: memory is right. */
  const rewrite = (name: string, topics: readonly string[]): void => {
    const known = new Map(subscriptions.ofClient(name).map(({ topic, qos }) => [topic, qos]));
    for (const topic of topics) {
      const qos = known.get(topic);
      if (qos === undefined) unwrite(name, topic, true);
      else write(name, topic, qos, true);
    }
  };

  return {
    /** Called by aedes once for each filter, each time with all: also those that were refused. */
    addSubscriptions(client: ClientName, filters: readonly Filter[]): Answer<undefined> {
      const name = client.id;
      const granted = filters.filter(({ topic }) => isGranted(client, topic));
      const known = new Map(subscriptions.ofClient(name).map(({ topic, qos }) => [topic, qos]));
      const changed = granted.filter(({ topic, qos }) => known.get(topic) !== qos);
      if (!sessions.has(name)) journal.append({ verb: verbs.begin, isKept: false, name });
      for (const { topic, qos } of changed) write(name, topic, qos, false);
      return afterCommit(
        () => {
          sessions.add(name);
          for (const { topic, qos } of changed) subscriptions.add({ clientId: name, topic, qos });
        },
        () =>
          rewrite(
            name,
            changed.map(({ topic }) => topic),
          ),
      );
    },
    removeSubscriptions(client: Client | ClientName, filters: readonly string[]): Answer<undefined> {
      const name = client.id;
      for (const topic of filters) unwrite(name, topic, false);
      return afterCommit(
        () => {
          for (const topic of filters) subscriptions.remove(name, topic);
        },
        () => rewrite(name, filters),
      );
    },
    subscriptionsByClient({ id }: ClientName): Answer<StoredSubscription[]> {
      const stored = subscriptions.ofClient(id);
      const isNew = fresh.delete(id);
      if (stored.length > 0 || isNew || !sessions.has(id)) return atOnce(stored);
      return atOnce([{ clientId: id, topic: emptySessionMarker, qos: 0 }]);
    },
  };
}
