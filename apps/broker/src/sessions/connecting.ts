import type { Client } from 'aedes';
import type { Accepted, Book } from './acceptance.ts';
import { verbs } from './records.ts';
import type { Will, createWills } from './wills.ts';

/** What CONNECT asks to be kept. */
export interface Connecting {
  clientId: string;
  isDurable: boolean;
  will: Will | undefined;
}

/** Begins and ends sessions, in memory and in the journal. */
export function createConnecting(book: Book, wills: ReturnType<typeof createWills>) {
  const { journal, sessions, fresh, subscriptions, queues, incoming } = book;

  const forget = (name: string): void => {
    sessions.delete(name);
    fresh.delete(name);
    subscriptions.removeAll(name);
    queues.forget(name);
    incoming.clear(name);
  };
  const isKnown = (name: string): boolean => sessions.has(name) || queues.of(name) !== undefined;

  return {
    /** Whether a CONNECT changes what is on disk; else it is let in whatever the disk does. */
    needsDisk: ({ clientId, isDurable, will }: Connecting): boolean =>
      isDurable || will !== undefined || isKnown(clientId),
    /**
     * Before CONNACK: the session begins, or that of before ends, and the will is kept, in one commit.
     * [MQTT-3.1.2-4] [MQTT-3.1.2-6]
     */
    connect(client: Client, { clientId, isDurable, will }: Connecting, answer: Accepted): void {
      const begins = isDurable && !sessions.has(clientId);
      const ends = !isDurable && isKnown(clientId);
      if (begins) journal.append({ verb: verbs.begin, isKept: false, name: clientId });
      if (ends) journal.append({ verb: verbs.end, isKept: false, name: clientId });
      if (will) wills.put(client, clientId, will);
      if (!begins && !ends && !will) {
        answer(null);
        return;
      }
      journal.after((failure) => {
        // A client that closed meanwhile has no CONNACK: aedes stops here, and will not publish its will.
        if (failure || client.closed) wills.end(client);
        if (failure && begins && !sessions.has(clientId))
          journal.append({ verb: verbs.end, isKept: true, name: clientId });
        if (!failure && begins) {
          sessions.add(clientId);
          fresh.add(clientId);
        }
        if (!failure && ends) forget(clientId);
        answer(failure);
      });
    },
    /**
     * Ends the sessions that `isEnded` names: subscriptions, queue, and QoS 2 state; on disk when it resolves.
     * @throws why it is not on disk yet; it will be once the disk takes it.
     */
    forget(isEnded: (clientId: string) => boolean): Promise<void> {
      const names = new Set([...sessions, ...queues.names(), ...subscriptions.clients()]);
      for (const name of names) {
        if (!isEnded(name)) continue;
        journal.append({ verb: verbs.end, isKept: true, name });
        forget(name);
      }
      return onDisk(journal);
    },
  };
}

/** Resolves when all that was appended is on disk. */
export function onDisk(journal: Pick<Book['journal'], 'after'>): Promise<void> {
  return new Promise((resolve, reject) => {
    journal.after((failure) => (failure ? reject(failure) : resolve()));
  });
}
