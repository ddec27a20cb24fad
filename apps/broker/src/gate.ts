import type { Client } from 'aedes';
import { randomUUID } from 'node:crypto';
import { checkPublish, checkSubscribe, checkWill, mayReceive, type Breach, type Identity } from './access.ts';
import type { Connection, Connections } from './connections.ts';
import type { Credentials } from './credentials.ts';
import type { Decisions } from './hooks.ts';
import { identify } from './identity.ts';
import { filtersMax, serviceQueueMax } from './limits.ts';
import type { Refusals } from './refusals.ts';
import type { Sessions } from './sessions/memory.ts';
import { filterMatches } from './topics.ts';

export interface GateParts {
  credentials: Pick<Credentials, 'get'>;
  serviceSecret: string;
  connections: Connections;
  sessions: Pick<Sessions, 'queueLength' | 'drop'>;
  refusals: Refusals;
}

/** Puts identity and access rules to aedes' questions, and remembers what each connection was granted. */
export function createGate({
  credentials,
  serviceSecret,
  connections,
  sessions,
  refusals,
}: GateParts): Decisions {
  const returnCodes = new WeakMap<Client, 2 | 5>();
  const serviceSessions = new Set<string>();

  const refuse = (identity: Identity | null, breach: Breach): Breach => {
    refusals.note(identity && credentialOf(identity), breach);
    return breach;
  };
  const isServiceQueueFull = (): boolean => {
    for (const clientId of serviceSessions)
      if (sessions.queueLength(clientId) >= serviceQueueMax) return true;
    return false;
  };

  return {
    preConnect(client, packet) {
      const verdict = identify(packet, { get: (id) => credentials.get(id), serviceSecret });
      if (!verdict.ok) {
        refusals.note(verdict.client, verdict.breach);
        returnCodes.set(client, verdict.returnCode);
        // A refused connection must not bear a name that another's session has: aedes tidies up by name.
        packet.clientId = `refused/${randomUUID()}`;
        return true;
      }
      packet.clientId = verdict.clientId;
      const { identity } = verdict;
      const isDurable = !packet.clean;
      if (identity.role === 'service' && isDurable) serviceSessions.add(verdict.clientId);
      const granted = { filters: new Map<string, number>(), will: packet.will, isRevoked: false };
      connections.add({ client, identity, ...granted, isCatchingUp: isDurable });
      return true;
    },

    authenticate(client) {
      const connection = connections.of(client);
      return connection && !connection.isRevoked ? 0 : (returnCodes.get(client) ?? 5);
    },

    authorizePublish(client, packet) {
      const connection = client && connections.of(client);
      if (!connection || connection.isRevoked)
        return refuse(null, { rule: 'gone', detail: 'This connection has no credential any more.' });
      const { identity } = connection;
      const breach =
        packet === connection.will ? checkWill(identity, packet) : checkPublish(identity, packet);
      if (breach) return refuse(identity, breach);
      if (identity.role !== 'service' && packet !== connection.will && isServiceQueueFull())
        return refuse(identity, {
          rule: 'busy',
          detail: 'The server is away and its queue is full: keep the readings and try again later.',
        });
      return null;
    },

    authorizeSubscribe(client, { topic, qos }) {
      const connection = connections.of(client);
      if (!connection || connection.isRevoked) return false;
      const { identity, filters } = connection;
      const breach = checkSubscribe(identity, topic) ?? checkCount(connection, topic);
      if (breach) refuse(identity, breach);
      else filters.set(topic, qos);
      return breach === null;
    },

    authorizeForward(client, packet) {
      const connection = connections.of(client);
      const isAllowed =
        connection !== undefined && !connection.isRevoked && mayReceive(connection.identity, packet.topic);
      const isKept = packet.qos > 0 && !packet.retain && !client.clean;
      if (!isAllowed) {
        if (isKept) sessions.drop(client.id, packet.brokerCounter);
        return false;
      }
      // Only what comes from the queue has a packet id by now; the rest waits there behind it.
      if (connection.isCatchingUp && isKept && packet.messageId === undefined) return false;
      if (packet.qos > 1) packet.qos = grantedQos(connection, packet.topic);
      return true;
    },
  };
}

/** Who hears of a refusal: the credential, whichever of a gateway's sessions it was. */
function credentialOf(identity: Identity): string | null {
  return identity.role === 'service' ? null : identity.id;
}

function checkCount({ identity, filters }: Connection, topic: string): Breach | null {
  if (identity.role === 'service' || filters.has(topic) || filters.size < filtersMax) return null;
  return { rule: 'filters', detail: `At most ${filtersMax} filters for one connection.` };
}

/** aedes lowers the QoS for exact filters only. [MQTT-3.8.4-6] */
function grantedQos({ filters }: Connection, topic: string): 0 | 1 | 2 {
  let granted = 0;
  for (const [filter, qos] of filters) if (filterMatches(filter, topic)) granted = Math.max(granted, qos);
  return granted as 0 | 1 | 2;
}
