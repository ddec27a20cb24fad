import { acknowledge, subscribe } from '../../conformance/packets.ts';
import type { Ledger } from './ledger.ts';
import { join, type Link, type Place } from './link.ts';
import type { Wills } from './wills.ts';

/** A client with a durable session on everything, that acknowledges as the standard says. */
export function createSubscriber(ledger: Ledger, wills: Wills, name: string, qos: 1 | 2) {
  const clientId = `hearth-api-${name}`;
  ledger.addSubscriber(name, qos);
  /** Packet ids of QoS 2 between PUBLISH and PUBREL: what comes under them is a repeat. [MQTT-4.3.3-2] */
  const unreleased = new Set<number>();
  let link: Link | null = null;
  let isSubscribed = false;

  return {
    /** Resolves when it is subscribed, or the broker has gone. */
    async connect(place: Place): Promise<Link | null> {
      const subscribed = Promise.withResolvers<void>();
      const present = await join(place, { clientId, clean: false }, (answer, from) => {
        if (answer.type === 'suback') {
          isSubscribed = true;
          subscribed.resolve();
        }
        if (answer.type === 'pubrel') {
          unreleased.delete(answer.id);
          from.send(acknowledge('pubcomp', answer.id));
        }
        if (answer.type !== 'publish') return;
        const { id, topic, payload } = answer;
        if (answer.qos === 1 || !unreleased.has(id)) {
          if (wills.isWill(topic)) wills.noteReceived(name, answer.qos, payload);
          else ledger.noteReceived(name, topic, payload);
        }
        if (answer.qos === 2) unreleased.add(id);
        from.send(acknowledge(answer.qos === 2 ? 'pubrec' : 'puback', id));
      });
      if (!present) return null;
      link = present;
      if (!present.isSessionPresent) {
        if (isSubscribed) ledger.note('sessionsLost', clientId);
        isSubscribed = false;
        unreleased.clear();
      }
      if (isSubscribed) return present;
      present.send(
        subscribe(1, [
          ['f/#', qos],
          ['w/#', qos],
        ]),
      );
      await Promise.race([subscribed.promise, present.closed]);
      return present;
    },
    get isConnected() {
      return link?.isOpen ?? false;
    },
    /** Goes without a word; its session stays. */
    async leave(): Promise<void> {
      link?.cut();
      await link?.closed;
    },
  };
}
