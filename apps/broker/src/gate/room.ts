import type { PublishPacket } from 'aedes';
import type { Breach } from '../access/access.ts';
import { serviceName } from '../identity/identity.ts';
import { aedesLimits, retainedMax, serviceQueueMax } from '../limits.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Connection } from './connections.ts';

/** What the broker still has room for. */
export interface Room {
  /** The api has a durable session of this name: while its queue is full nobody else is acknowledged. */
  noteServiceSession(clientId: string): void;
  /** What there is no room for, so that it must not be acknowledged; null when there is. */
  check(connection: Connection, packet: PublishPacket): Breach | null;
}

const queueFull: Breach = {
  rule: 'busy',
  detail: 'The server is away and its queue is full: keep the readings and try again later.',
};
const tooManyUnreleased: Breach = {
  rule: 'inflight',
  detail: 'Too many QoS 2 messages without PUBREL: release them first.',
};
const retainedFull: Breach = {
  rule: 'retained-full',
  detail: 'The broker keeps no more retained messages: clear some first.',
};

export type RoomSessions = Pick<
  Sessions,
  'incomingCount' | 'isIncoming' | 'names' | 'queueBytes' | 'queueLength' | 'retained'
>;

export function createRoom(sessions: RoomSessions): Room {
  const serviceSessions = new Set(sessions.names().filter((name) => name.startsWith(serviceName)));

  const isServiceQueueFull = (): boolean => {
    for (const clientId of serviceSessions)
      if (
        sessions.queueLength(clientId) >= serviceQueueMax.messages ||
        sessions.queueBytes(clientId) >= serviceQueueMax.bytes
      )
        return true;
    return false;
  };
  const isRetainedFull = (topic: string): boolean => {
    const { retained } = sessions;
    return (
      retained.get(topic) === undefined &&
      (retained.count >= retainedMax.messages || retained.bytes >= retainedMax.bytes)
    );
  };

  return {
    noteServiceSession: (clientId) => void serviceSessions.add(clientId),
    check({ client, identity }, { topic, qos, retain, messageId }) {
      if (identity.role !== 'service' && isServiceQueueFull()) return queueFull;
      if (
        qos === 2 &&
        !sessions.isIncoming(client.id, messageId ?? 0) &&
        sessions.incomingCount(client.id) >= aedesLimits.maxInflightInbound
      )
        return tooManyUnreleased;
      return retain && identity.role === 'gateway' && isRetainedFull(topic) ? retainedFull : null;
    },
  };
}
