import { excerpt, type Consequence } from '@hearth/contract';
import type { Client, ConnectPacket, PublishPacket } from 'aedes';
import { randomUUID } from 'node:crypto';
import { checkPublish, checkSubscribe, checkWill, mayReceive, type Breach, type Identity } from './access.ts';
import { clientCertificateOf } from './client-certificate.ts';
import type { Connection, Connections } from './connections.ts';
import type { Credentials } from './credentials.ts';
import { createGrantedFilters } from './granted-filters.ts';
import type { Decisions } from './hooks.ts';
import { identify, serviceName } from './identity.ts';
import { aedesLimits, filtersMax, retainedMax, serviceQueueMax, sessionsMax } from './limits.ts';
import type { Flapping } from './listeners/flapping.ts';
import { addressOf, notePeer } from './listeners/peers.ts';
import type { Refusals } from './refusals.ts';
import type { Sessions } from './sessions/sessions.ts';
import { emptySessionMarker } from './sessions/stored-subscriptions.ts';
import type { Will } from './sessions/wills.ts';

export interface GateParts {
  credentials: Pick<Credentials, 'get'>;
  /** A connection is let in by a secret that had not been used before. */
  nextSecretUsed: (id: string) => void;
  serviceSecret: string;
  connections: Connections;
  sessions: Pick<
    Sessions,
    | 'accept'
    | 'acceptWill'
    | 'claim'
    | 'connect'
    | 'drop'
    | 'dropWill'
    | 'hasWindow'
    | 'incomingCount'
    | 'isIncoming'
    | 'journal'
    | 'keptQos'
    | 'names'
    | 'needsDisk'
    | 'queueBytes'
    | 'queueLength'
    | 'retained'
  >;
  refusals: Refusals;
  flapping: Flapping;
}

/** Puts identity and access rules to aedes' questions, and remembers what each connection was granted. */
export function createGate({
  credentials,
  nextSecretUsed,
  serviceSecret,
  connections,
  sessions,
  refusals,
  flapping,
}: GateParts): Decisions {
  const returnCodes = new WeakMap<Client, 2 | 3 | 5>();
  const serviceSessions = new Set(sessions.names().filter((name) => name.startsWith(serviceName)));

  const refuse = (identity: Identity | null, breach: Breach, consequence: Consequence): Breach => {
    const address = identity ? addressOf(identity) : undefined;
    refusals.note(identity && credentialOf(identity), breach, consequence, address);
    return breach;
  };
  const isServiceQueueFull = (): boolean => {
    for (const clientId of serviceSessions)
      if (
        sessions.queueLength(clientId) >= serviceQueueMax.messages ||
        sessions.queueBytes(clientId) >= serviceQueueMax.bytes
      )
        return true;
    return false;
  };

  return {
    preConnect(client, packet) {
      const verdict = identify(packet, {
        get: (id) => credentials.get(id),
        serviceSecret,
        now: Date.now(),
        certificate: clientCertificateOf(client.conn),
      });
      if (!verdict.ok) {
        refusals.note(verdict.client, verdict.breach, 'not-connected', addressOf(client.conn));
        returnCodes.set(client, verdict.returnCode);
        setAside(packet);
        return true;
      }
      const { identity } = verdict;
      notePeer(identity, addressOf(client.conn));
      const breach =
        identity.role === 'service' ? null : flapping.connect(verdict.clientId, addressOf(client.conn));
      if (breach) {
        refuse(identity, breach, 'not-connected');
        returnCodes.set(client, 3);
        setAside(packet);
        return true;
      }
      packet.clientId = verdict.clientId;
      if (verdict.isNext) {
        nextSecretUsed(identity.id);
      }
      const isDurable = !packet.clean;
      if (identity.role === 'service' && isDurable) serviceSessions.add(verdict.clientId);
      const granted = {
        filters: createGrantedFilters(),
        will: packet.will,
        isRevoked: false,
        isWillDue: false,
      };
      connections.add({ client, identity, ...granted, isCatchingUp: isDurable });
      return true;
    },

    authenticate(client) {
      const connection = connections.of(client);
      if (!connection || connection.isRevoked) return returnCodes.get(client) ?? 5;
      const { identity, will } = connection;
      const connecting = { clientId: client.id, isDurable: !client.clean, will: will as Will | undefined };
      if (!client.clean && isBeyondSessions(identity, client.id)) {
        const detail = `At most ${sessionsMax} durable sessions for one credential: end one by connecting with clean session.`;
        refuse(identity, { rule: 'sessions', detail }, 'not-connected');
        return 2;
      }
      // It would wait for a disk that refuses: the client comes again, and its name is free meanwhile.
      if (sessions.journal.state.state !== 'ok' && sessions.needsDisk(connecting)) {
        refuse(identity, notKept(), 'not-connected');
        return 3;
      }
      const { promise, resolve } = Promise.withResolvers<0 | 3 | 5>();
      sessions.connect(client, connecting, (failure) => {
        if (failure) refuse(identity, notKept(), 'not-connected');
        resolve(failure ? 3 : connection.isRevoked ? 5 : 0);
      });
      return promise;
    },

    authorizePublish(client, packet, answer) {
      const connection = client && connections.of(client);
      if (!connection || connection.isRevoked) {
        if (client) sessions.dropWill(client);
        answer(refuse(null, gone, 'closed'));
        return;
      }
      if (packet === connection.will) {
        const breach = checkWill(connection.identity, packet);
        if (breach) {
          sessions.dropWill(client);
          answer(refuse(connection.identity, breach, 'closed'));
        } else {
          connection.isWillDue = true;
          sessions.acceptWill(client, () => answer(connection.isRevoked ? gone : null));
        }
        return;
      }
      // What a client says of an earlier delivery to us is nobody else's. [MQTT-3.3.1-3]
      packet.dup = false;
      const breach = checkPublish(connection.identity, packet) ?? checkRoom(connection, packet);
      if (breach) {
        answer(refuse(connection.identity, breach, 'closed'));
        return;
      }
      sessions.accept(
        client,
        packet,
        () => !connection.isRevoked,
        (failure) => {
          // Cut off while it was being written: that is told where it was revoked.
          if (failure && connection.isRevoked) answer(gone);
          else answer(failure && refuse(connection.identity, notKept(), 'closed'));
        },
      );
    },

    authorizeSubscribe(client, { topic, qos }) {
      const connection = connections.of(client);
      if (!connection || connection.isRevoked) return false;
      // Not at once: aedes notes that there is a session after it has asked.
      if (topic === emptySessionMarker) return Promise.resolve(false);
      const { identity, filters } = connection;
      const breach = checkSubscribe(identity, topic) ?? checkCount(connection, topic);
      if (breach) refuse(identity, breach, 'not-subscribed');
      else filters.set(topic, qos);
      return breach === null;
    },

    authorizeForward(client, packet) {
      // What aedes still had for a connection that has ended is the next one's: it must not count as on its way.
      if (client.closed) return false;
      const connection = connections.of(client);
      const isAllowed =
        connection !== undefined && !connection.isRevoked && mayReceive(connection.identity, packet.topic);
      const keptQos =
        packet.qos > 0 && !packet.retain && !client.clean
          ? sessions.keptQos(client.id, packet.brokerCounter)
          : undefined;
      if (!isAllowed) {
        if (keptQos !== undefined) sessions.drop(client.id, packet.brokerCounter);
        return false;
      }
      if (keptQos !== undefined && packet.messageId === undefined) {
        // Only what comes from the queue has a packet id by now; the rest waits there behind it.
        if (connection.isCatchingUp) return false;
        if (!sessions.hasWindow(client.id)) {
          connection.isCatchingUp = true;
          return false;
        }
      }
      // aedes lowers the QoS for exact filters only. [MQTT-3.8.4-6]
      packet.qos = keptQos ?? (Math.min(packet.qos, connection.filters.qosOf(packet.topic)) as 0 | 1 | 2);
      if (packet.messageId === undefined) {
        const mayBeKept = packet.qos > 0 && !packet.retain && !client.clean;
        if (mayBeKept && !sessions.claim(client.id, packet.brokerCounter)) return false;
        packet.dup = false;
      }
      // aedes would use one up where there is none, and QoS 0 is sent without. [MQTT-2.3.1-5]
      if (packet.qos === 0) packet.messageId = 1;
      return true;
    },
  };

  /** In the words for people, which say what to do. */
  function notKept(): Breach {
    const { detail } = sessions.journal.state;
    return { rule: 'storage', detail: detail || 'The broker could not keep this: try again.' };
  }

  /** What the broker has no room for, so that it must not acknowledge it. */
  function checkRoom(
    { client, identity }: Connection,
    { topic, qos, retain, messageId }: PublishPacket,
  ): Breach | null {
    if (identity.role !== 'service' && isServiceQueueFull())
      return {
        rule: 'busy',
        detail: 'The server is away and its queue is full: keep the readings and try again later.',
      };
    if (
      qos === 2 &&
      !sessions.isIncoming(client.id, messageId ?? 0) &&
      sessions.incomingCount(client.id) >= aedesLimits.maxInflightInbound
    )
      return { rule: 'inflight', detail: 'Too many QoS 2 messages without PUBREL: release them first.' };
    const { retained } = sessions;
    if (
      retain &&
      identity.role === 'gateway' &&
      retained.get(topic) === undefined &&
      (retained.count >= retainedMax.messages || retained.bytes >= retainedMax.bytes)
    )
      return {
        rule: 'retained-full',
        detail: 'The broker keeps no more retained messages: clear some first.',
      };
    return null;
  }

  function isBeyondSessions(identity: Identity, clientId: string): boolean {
    if (identity.role !== 'gateway') return false;
    const names = sessions.names().filter((name) => name.startsWith(`${identity.id}/`));
    return names.length >= sessionsMax && !names.includes(clientId);
  }
}

const gone: Breach = { rule: 'gone', detail: 'This connection has no credential any more.' };

/** A refused connection must not bear a name that another's session has: aedes tidies up by name. */
function setAside(packet: ConnectPacket): void {
  packet.clientId = `refused/${randomUUID()}`;
  // Else aedes looks at it before it asks for the return code, and gives one that the standard does not have.
  packet.keepalive = 1;
}

/** Who hears of a refusal: the credential, whichever of a gateway's sessions it was. */
function credentialOf(identity: Identity): string | null {
  return identity.role === 'service' ? null : identity.id;
}

function checkCount({ identity, filters }: Connection, topic: string): Breach | null {
  if (identity.role === 'service' || filters.has(topic) || filters.size < filtersMax) return null;
  return {
    rule: 'filters',
    detail: `At most ${filtersMax} filters for one connection.`,
    topic: excerpt(topic),
  };
}
