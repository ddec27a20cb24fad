import type { Client } from 'aedes';
import type { Book } from './acceptance.ts';
import { atOnce, later, type Answer } from './answers.ts';
import type { Kept, OutgoingQueue, Packet } from './outgoing.ts';
import { verbs } from './records.ts';

/** What aedes' client has beyond its declared face. */
interface Receiver {
  id: string;
  _nextId: number;
  deliverQoS(message: Packet, done: () => void): void;
}

const packetIdMax = 65_535;
const packetIdAfter = (id: number): number => (id >= packetIdMax ? 1 : id + 1);

/** What is on its way to the clients of durable sessions. */
export function createSending({ journal, queues }: Pick<Book, 'journal' | 'queues'>) {
  /** Messages of QoS 2 whose packet id is being written, by queue: those behind them wait too. */
  const waiting = new WeakMap<OutgoingQueue, number>();

  const afterCommit = (queue: OutgoingQueue, use: () => void): Answer<undefined> => {
    const answer = later<undefined>();
    waiting.set(queue, (waiting.get(queue) ?? 0) + 1);
    journal.after((failure) => {
      waiting.set(queue, waiting.get(queue)! - 1);
      if (failure) {
        answer.reject(failure);
        return;
      }
      use();
      answer.resolve(undefined);
    });
    return answer;
  };

  return {
    /** A new connection of the session: all that waits is to be sent. */
    restart: (name: string): void => queues.of(name)?.restart(),
    /** Whether the message with this number waits for the client; else nobody sends it later. */
    isKept: (name: string, counter: number): boolean => queues.of(name)?.find(counter) !== undefined,
    /**
     * Whether aedes may deliver the message with this number to the connected client; then it is on its way. Not when
     * the queue was faster: with much to deliver, aedes comes to a message long after it was kept.
     */
    claim: (name: string, counter: number): boolean => queues.of(name)?.claim(counter) ?? true,
    hasWindow: (name: string): boolean => queues.of(name)?.hasWindow ?? true,
    /** The QoS that was granted when the message was kept. */
    keptQos: (name: string, counter: number): 0 | 1 | 2 | undefined => queues.of(name)?.find(counter)?.qos,
    /** The message may not be delivered any more. */
    drop(name: string, counter: number): void {
      const queue = queues.of(name);
      const kept = queue?.find(counter);
      if (queue && kept) queues.remove(queue, kept);
    },
    /** Sends from the queue while there is room on the way. False when nothing is left to send. */
    sendMore(client: Client): boolean {
      const receiver = client as unknown as Receiver;
      const queue = queues.of(receiver.id);
      if (!queue) return false;
      for (;;) {
        if (!queue.hasWindow) return true;
        const kept = queue.nextUnsent();
        if (!kept) return false;
        send(client, queue, kept);
      }
    },

    // --- For aedes ----------------------------------------------------------------------------
    face: {
      /** Before PUBLISH or PUBREL leaves: of QoS 2 it has to be on disk first, or it would come twice. */
      outgoingUpdate(client: Client, packet: Packet): Answer<undefined> {
        const queue = queues.of(client.id);
        // A connection that has ended sends nothing; the next one of its session may have begun.
        if (!queue || client.closed) return atOnce(undefined);
        if (packet.cmd === 'pubrel') return release(queue, packet);
        const kept = queue.find(packet.brokerCounter);
        // Not kept any more (just unsubscribed, or beyond the queue): it is sent all the same.
        if (!kept) return atOnce(undefined);
        const packetId =
          kept.packetId ?? freePacketId(client as unknown as Receiver, queue, packet.messageId);
        packet.messageId = packetId;
        queue.noteSent(kept, packetId);
        return note(queue, kept, packetId);
      },
      /** PUBACK or PUBCOMP. Without a packet id it was never sent: it stays for its turn. */
      outgoingClearMessageId(client: { id: string }, { messageId }: Packet): Answer<Packet | undefined> {
        const queue = queues.of(client.id);
        const kept = queue?.findByPacketId(messageId);
        if (!queue || !kept) return atOnce(undefined);
        queues.remove(queue, kept);
        return atOnce({ cmd: 'publish', topic: kept.topic, messageId });
      },
      async outgoingEnqueue({ clientId }: { clientId: string }, packet: Packet): Promise<void> {
        const { topic = '', payload = '', qos = 0, brokerCounter = 0 } = packet;
        queues.put(clientId, { topic, payload: Buffer.from(payload as Uint8Array), qos }, 2, brokerCounter);
      },
    },
  };

  function note(queue: OutgoingQueue, kept: Kept, packetId: number): Answer<undefined> {
    const isBehind = (waiting.get(queue) ?? 0) > 0;
    if (kept.isNoted) return isBehind ? afterCommit(queue, () => {}) : atOnce(undefined);
    if (kept.qos === 2) {
      journal.append({ verb: verbs.sent, isKept: false, number: kept.row, small: packetId });
      return afterCommit(queue, () => {
        kept.isNoted = true;
      });
    }
    kept.isNoted = true;
    journal.noteSent(kept.row, packetId);
    return isBehind ? afterCommit(queue, () => {}) : atOnce(undefined);
  }

  function release(queue: OutgoingQueue, { messageId }: Packet): Answer<undefined> {
    const kept = queue.findByPacketId(messageId);
    if (!kept || kept.qos !== 2 || kept.isReleased) return atOnce(undefined);
    journal.append({ verb: verbs.release, isKept: false, number: kept.row });
    return afterCommit(queue, () => queue.noteReleased(kept));
  }

  function send(client: Client, queue: OutgoingQueue, kept: Kept): void {
    const receiver = client as unknown as Receiver;
    const isRepeat = kept.packetId !== undefined;
    const packetId = kept.packetId ?? freePacketId(receiver, queue);
    queue.noteSent(kept, packetId);
    // In use on this connection as well, for what has no place in the queue. See client-mends.ts.
    if (isRepeat) countFrom(receiver, packetId);
    if (kept.isReleased) {
      // In line with the PUBLISH packets, which leave one turn later.
      setImmediate(() => writePubrel(client, packetId));
      return;
    }
    const { topic, payload, qos, counter } = kept;
    // Without a broker's id aedes does not hold its number against those that went out meanwhile.
    const packet = { cmd: 'publish', brokerId: '', brokerCounter: counter, topic, payload, qos };
    receiver.deliverQoS({ ...packet, retain: false, dup: isRepeat, messageId: packetId }, () => {});
  }
}

/** aedes counts on, whether the number is in use or not. [MQTT-2.3.1-4] */
function freePacketId(receiver: Receiver, queue: OutgoingQueue, wanted?: number): number {
  const { _nextId: next } = receiver;
  let packetId = wanted ?? next;
  while (queue.isTaken(packetId)) packetId = packetIdAfter(packetId);
  countFrom(receiver, packetId);
  return packetId;
}

function countFrom(receiver: Receiver, packetId: number): void {
  Object.assign(receiver, { _nextId: packetIdAfter(packetId) });
}

/** aedes sends PUBREL only as an answer. [MQTT-4.4.0-1] */
function writePubrel(client: Client, packetId: number): void {
  if (!client.closed) client.conn.write(Buffer.from([0x62, 2, packetId >> 8, packetId & 0xff]));
}
