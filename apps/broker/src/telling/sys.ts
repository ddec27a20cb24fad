import type { Aedes, Client, PublishPacket, Subscription } from 'aedes';
import { filterMatches } from '../access/topics.ts';
import type { Connections } from '../gate/connections.ts';
import type { Decisions } from '../gate/hooks.ts';
import { sysTopics } from './sys-topics.ts';

/** How often admins hear of the broker; Mosquitto's own rhythm. */
const periodMs = 10_000;

/** The figures, as they are now. Counts are since the start. */
export interface SysFigures {
  connections: number;
  received: number;
  sent: number;
  queued: number;
}

/**
 * Tells admins how the broker is: what they subscribed to at once, then every ten seconds. Nothing is
 * retained, so that it costs no writes to disk.
 */
export function startSys(aedes: Aedes, connections: Connections, figures: () => SysFigures): Disposable {
  const startedAt = performance.now();
  const isAdmin = (client: Client): boolean => connections.of(client)?.identity.role === 'admin';
  const packets = (): PublishPacket[] => {
    const { connections: connected, received, sent, queued } = figures();
    const uptimeS = Math.round((performance.now() - startedAt) / 1000);
    return [
      toPacket(sysTopics.uptime, `${uptimeS} seconds`),
      toPacket(sysTopics.connections, connected),
      toPacket(sysTopics.received, received),
      toPacket(sysTopics.sent, sent),
      toPacket(sysTopics.queued, queued),
    ];
  };
  const onSubscribe = (subscriptions: Subscription[], client: Client): void => {
    if (!isAdmin(client)) return;
    for (const packet of packets())
      if (subscriptions.some(({ topic }) => filterMatches(topic, packet.topic)))
        client.publish(packet, () => {});
  };
  aedes.on('subscribe', onSubscribe);
  const timer = setInterval(() => {
    for (const packet of packets()) aedes.publish(packet, () => {});
  }, periodMs).unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      aedes.off('subscribe', onSubscribe);
    },
  };
}

function toPacket(topic: string, value: string | number): PublishPacket {
  return { cmd: 'publish', topic, payload: String(value), qos: 0, retain: false, dup: false };
}

/** Counts PUBLISH packets as the gate lets them pass: a delivery of QoS 1 or 2 that is repeated counts again. */
export function countMessages() {
  let received = 0;
  let sent = 0;
  return {
    figures: () => ({ received, sent }),
    /** The same decisions, counted. */
    counted: (decisions: Decisions): Decisions => ({
      ...decisions,
      authorizePublish(client, packet, answer) {
        received++;
        decisions.authorizePublish(client, packet, answer);
      },
      authorizeForward(client, packet) {
        const isLetThrough = decisions.authorizeForward(client, packet);
        if (isLetThrough) sent++;
        return isLetThrough;
      },
    }),
  };
}
