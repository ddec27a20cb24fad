import { deviceTopic, parseMessage, type Status } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Aedes } from 'aedes';
import type { Connection, Connections } from '../gate/connections.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { publishOwn } from './publish-own.ts';

/** Keeps the retained `status` of devices in step with their connections. */
interface Presence {
  began(connection: Connection): void;
  ended(connection: Connection): void;
}

/**
 * A will is sent only when a connection breaks: a device that leaves in order and says nothing would stay
 * `online` for ever. So the broker says `"online":false` in its place, with the device's own counters, and
 * takes it back when that device returns without a word, as `mosquitto_pub` does for each message.
 */
function createPresence(parts: {
  connections: Pick<Connections, 'hasOther'>;
  sessions: { retained: Pick<Sessions['retained'], 'get'> };
  /** Publishes a retained message. */
  publish: (topic: string, status: Status) => void;
}): Presence {
  const { connections, sessions, publish } = parts;
  /** Devices for which the last word is the broker's. */
  const spokenFor = new Set<string>();

  const say = ({ identity }: Connection, online: boolean): boolean => {
    if (identity.role !== 'device') return false;
    const topic = deviceTopic(identity.home, identity.id, 'status');
    const status = parseMessage('status', Buffer.from(sessions.retained.get(topic)?.payload ?? ''));
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
      if (connection.isRevoked || connection.isWillDue || connections.hasOther(connection)) return;
      if (say(connection, false)) spokenFor.add(connection.identity.id);
    },
  };
}

/** Lets {@link createPresence} hear of each connection that begins or ends. */
export function followPresence(aedes: Aedes, connections: Connections, sessions: Sessions, log: Log): void {
  const presence = createPresence({
    connections,
    sessions,
    publish: (topic, status) => publishOwn(aedes, topic, status, 1, log, true),
  });
  aedes.on('clientReady', (client) => {
    const connection = connections.of(client);
    if (connection) presence.began(connection);
  });
  aedes.on('clientDisconnect', (client) => {
    const connection = connections.of(client);
    if (connection && !aedes.closed) presence.ended(connection);
  });
}
