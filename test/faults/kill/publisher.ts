import { acknowledge, publish } from '../../conformance/packets.ts';
import { textOf, type Ledger } from './ledger.ts';
import { join, type Link, type Place } from './link.ts';

/** Topics that all messages are published to: every tenth is retained as well, under `…/kept`. */
const topicOf = (publisher: string): string => `f/${publisher}`;
export const keptTopicOf = (publisher: string): string => `f/${publisher}/kept`;
const keptEvery = 10;

/** A client that always has `window` messages on the way, and sends again after a break. */
export type Publisher = ReturnType<typeof createPublisher>;

/** Told of each PUBLISH and PUBREL as it is sent, from which port. */
export type Watch = (
  port: number,
  packet: { id: number; n: number; topic: string; payload: string; retain: boolean },
) => void;

interface PublisherOptions {
  qos: 1 | 2;
  /** Messages on the way at once. */
  window: number;
  /** Comes without a session: what had no answer is published anew. */
  isClean?: boolean;
  /** Behind the text of each message. */
  paddingBytes?: number;
  watch?: Watch;
}

interface Sent {
  n: number;
  /** PUBREC has come: only PUBREL is to be sent again. */
  isReceived: boolean;
}

export function createPublisher(ledger: Ledger, options: PublisherOptions) {
  const { qos, window, isClean = false, paddingBytes = 0, watch } = options;
  const name = `q${qos}w${window}${isClean ? 'clean' : ''}`;
  const clientId = `hearth-api-${name}`;
  ledger.addPublisher(name, qos === 2 && !isClean);
  /** By packet id, in the order of sending. */
  const sent = new Map<number, Sent>();
  const padding = paddingBytes > 0 ? ` ${'x'.repeat(paddingBytes)}` : '';
  let lastId = 0;
  let link: Link | null = null;
  let isPaused = false;
  let wasIn = false;
  /** The newest retained message that was acknowledged. */
  let keptFloor = 0;

  const packetOf = (id: number, { n, isReceived }: Sent, dup: boolean): Uint8Array => {
    const retain = n % keptEvery === 0;
    const topic = retain ? keptTopicOf(name) : topicOf(name);
    const payload = textOf({ publisher: name, n }) + padding;
    if (link) watch?.(link.localPort, { id, n, topic, payload, retain });
    if (isReceived) return acknowledge('pubrel', id);
    return publish(topic, payload, { qos, retain, dup, id });
  };
  const freeId = (): number => {
    do lastId = (lastId % 65_535) + 1;
    while (sent.has(lastId));
    return lastId;
  };
  const fill = (): void => {
    const packets: Uint8Array[] = [];
    if (isPaused) return;
    while (sent.size < window) {
      const id = freeId();
      const message = { n: ledger.nextOf(name), isReceived: false };
      sent.set(id, message);
      packets.push(packetOf(id, message, false));
    }
    if (packets.length > 0 && link?.isOpen) link.send(...packets);
  };
  const noteAcknowledged = (n: number): void => {
    ledger.noteAcknowledged({ publisher: name, n });
    if (n % keptEvery === 0) keptFloor = Math.max(keptFloor, n);
  };

  return {
    name,
    clientId,
    get keptFloor() {
      return keptFloor;
    },
    get isIdle() {
      return sent.size === 0;
    },
    /** Sends nothing new, only what is owed. */
    pause(): void {
      isPaused = true;
    },
    /** From the next connection on. */
    resume(): void {
      isPaused = false;
    },
    /** Sends again what has no answer, then goes on; null when the broker was not there, or had no place. [MQTT-4.4.0-1] */
    async connect(place: Place): Promise<Link | null> {
      const present = await join(place, { clientId, clean: isClean }, (answer, from) => {
        if (from !== link || !('id' in answer)) return;
        const message = sent.get(answer.id);
        if (!message) return;
        if (answer.type === 'pubrec') {
          if (!message.isReceived) noteAcknowledged(message.n);
          message.isReceived = true;
          from.send(acknowledge('pubrel', answer.id));
          return;
        }
        if (answer.type === 'puback') noteAcknowledged(message.n);
        sent.delete(answer.id);
        fill();
      });
      if (!present) return null;
      link = present;
      if (wasIn && !isClean && !present.isSessionPresent) ledger.note('sessionsLost', clientId);
      wasIn = true;
      if (isClean) for (const [id, { isReceived }] of sent) if (isReceived) sent.delete(id);
      const again = [...sent].map(([id, message]) => packetOf(id, message, !isClean));
      if (again.length > 0) present.send(...again);
      fill();
      return present;
    },
  };
}
