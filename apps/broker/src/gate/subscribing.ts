import { excerpt } from '@hearth/contract';
import { checkSubscribe, type Breach } from '../access/access.ts';
import { filtersMax } from '../limits.ts';
import { emptySessionMarker } from '../sessions/stored-subscriptions.ts';
import type { Connection, Connections } from './connections.ts';
import type { Decisions } from './hooks.ts';
import type { Refuse } from './refuse.ts';

/** Says what a connection may subscribe to, and remembers with which QoS it was granted. */
export function createSubscribing(
  connections: Pick<Connections, 'of'>,
  refuse: Refuse,
): Decisions['authorizeSubscribe'] {
  return (client, { topic, qos }) => {
    const connection = connections.of(client);
    if (!connection || connection.isRevoked) return false;
    // Not at once: aedes notes that there is a session after it has asked.
    if (topic === emptySessionMarker) return Promise.resolve(false);
    const { identity, filters } = connection;
    const breach = checkSubscribe(identity, topic) ?? checkCount(connection, topic);
    if (breach) refuse(identity, breach, 'not-subscribed');
    else filters.set(topic, qos);
    return breach === null;
  };
}

function checkCount({ identity, filters }: Connection, topic: string): Breach | null {
  if (identity.role === 'service' || filters.has(topic) || filters.size < filtersMax) return null;
  return {
    rule: 'filters',
    detail: `At most ${filtersMax} filters for one connection.`,
    topic: excerpt(topic),
  };
}
