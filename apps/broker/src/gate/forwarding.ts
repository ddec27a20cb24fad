import type { AedesPublishPacket, Client } from 'aedes';
import { mayReceive } from '../access/access.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Connection, Connections } from './connections.ts';
import type { Decisions } from './hooks.ts';

export interface ForwardingParts {
  connections: Pick<Connections, 'of'>;
  sessions: Pick<Sessions, 'claim' | 'drop' | 'hasWindow' | 'keptQos'>;
}

/**
 * Says what of a message reaches a connection now, and with which QoS. The connection's own topics are looked at once
 * more, since a session may have been stored with filters that its credential has no more.
 */
export function createForwarding({ connections, sessions }: ForwardingParts): Decisions['authorizeForward'] {
  /** The QoS of what waits for this client in its queue; undefined for what is not kept there. */
  const keptQosOf = (client: Client, packet: AedesPublishPacket): 0 | 1 | 2 | undefined =>
    mayBeKept(client, packet) ? sessions.keptQos(client.id, packet.brokerCounter) : undefined;

  /** While others wait before it. What is kept waits behind them; what the full queue left out is left out here too. */
  const isBehindOthers = (connection: Connection, isKept: boolean): boolean => {
    if (connection.isCatchingUp || !isKept) return connection.isCatchingUp;
    connection.isCatchingUp = !sessions.hasWindow(connection.client.id);
    return connection.isCatchingUp;
  };

  return (client, packet) => {
    // What aedes still had for a connection that has ended is the next one's: it must not count as on its way.
    if (client.closed) return false;
    const connection = connections.of(client);
    const keptQos = keptQosOf(client, packet);
    if (!connection || connection.isRevoked || !mayReceive(connection.identity, packet.topic)) {
      if (keptQos !== undefined) sessions.drop(client.id, packet.brokerCounter);
      return false;
    }
    // Only what comes from the queue has a packet id by now.
    const isFromQueue = packet.messageId !== undefined;
    // aedes lowers the QoS for exact filters only. [MQTT-3.8.4-6]
    packet.qos = keptQos ?? (Math.min(packet.qos, connection.filters.qosOf(packet.topic)) as 0 | 1 | 2);
    if (!isFromQueue) {
      const isOrdered = mayBeKept(client, packet);
      if (isOrdered && isBehindOthers(connection, keptQos !== undefined)) return false;
      if (isOrdered && !sessions.claim(client.id, packet.brokerCounter)) return false;
      packet.dup = false;
    }
    // aedes would use one up where there is none, and QoS 0 is sent without. [MQTT-2.3.1-5]
    if (packet.qos === 0) packet.messageId = 1;
    return true;
  };
}

function mayBeKept(client: Client, { qos, retain }: AedesPublishPacket): boolean {
  return qos > 0 && !retain && !client.clean;
}
