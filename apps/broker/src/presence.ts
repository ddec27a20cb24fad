import { deviceTopic, parseMessage, type Status } from '@hearth/contract';
import type { Connection, Connections } from './connections.ts';
import type { Sessions } from './sessions/memory.ts';

/** Keeps the retained `status` of devices in step with their connections. */
export interface Presence {
  began(connection: Connection): void;
  ended(connection: Connection): void;
}

/**
 * A will is sent only when a connection breaks: a device that leaves in order and says nothing would stay
 * `online` for ever. So the broker says `"online":false` in its place, with the device's own counters, and
 * takes it back when that device returns without a word, as `mosquitto_pub` does for each message.
 */
export function createPresence(parts: {
  connections: Pick<Connections, 'hasOther'>;
  sessions: Pick<Sessions, 'retainedPayload'>;
  /** Publishes a retained message. */
  publish: (topic: string, status: Status) => void;
}): Presence {
  const { connections, sessions, publish } = parts;
  /** Devices for which the last word is the broker's. */
  const spokenFor = new Set<string>();

  const say = ({ identity }: Connection, online: boolean): boolean => {
    if (identity.role !== 'device') return false;
    const topic = deviceTopic(identity.home, identity.id, 'status');
    const status = parseMessage('status', Buffer.from(sessions.retainedPayload(topic) ?? ''));
    if (!status.ok || status.value.online === online) return false;
    // Its uptime is not said again: it was of that moment.
    const { boot, conn } = status.value;
    publish(topic, { online, boot, conn });
    return true;
  };
  return {
    began(connection) {
      if (spokenFor.delete(connection.identity.id)) say(connection, true);
    },
    ended(connection) {
      if (connection.isRevoked || connections.hasOther(connection)) return;
      if (say(connection, false)) spokenFor.add(connection.identity.id);
    },
  };
}
