import type { Client, PublishPacket } from 'aedes';
import type { Incoming } from './incoming.ts';
import type { Journal } from './journal.ts';
import type { Message, Place, Queues } from './queues.ts';
import { verbs } from './records.ts';
import type { Retained } from './retained.ts';
import type { Subscriptions } from './subscriptions.ts';

/** What the sessions hold in memory, and the journal behind it. */
export interface Book {
  journal: Journal;
  /** Durable sessions, also those without a subscription. */
  sessions: Set<string>;
  /** Of these, those that begin with the present connection. */
  fresh: Set<string>;
  subscriptions: Subscriptions;
  queues: Queues;
  incoming: Incoming;
  retained: Retained;
}

/** What was written for one PUBLISH before its acknowledgement, until aedes hands it on. */
export interface Reservation {
  packet: PublishPacket;
  message: Message;
  places: Place[];
  isRetained: boolean;
  publisher: Publisher;
}

/** One connection that publishes. */
interface Publisher {
  client: Client;
  /** Messages whose commit is awaited: those behind wait too, to stay behind. */
  waiting: number;
  /** Written and answered, but not yet handed on by aedes. */
  answered: Set<Reservation>;
}

/** Called when the PUBLISH may be acknowledged, or with why it must not be. */
export type Accepted = (failure: Error | null) => void;

type PublishHere = (client: Client, packet: PublishPacket) => void;

/**
 * Writes what a PUBLISH promises before it is acknowledged: rows for the sessions that want it, the retained
 * message, the packet id of QoS 2, all in one commit. aedes copies packets but not their payload: the payload
 * is how a reservation is found again when aedes hands the message on.
 */
export function createAcceptance(book: Book, publishHere: PublishHere) {
  const { journal, queues, incoming, retained, subscriptions } = book;
  const publishers = new WeakMap<Client, Publisher>();
  const reservations = new WeakMap<object, Reservation>();
  /** The newest that was written for a topic, and is not handed on yet. */
  const newest = new Map<string, Reservation>();

  const publisherOf = (client: Client): Publisher => {
    let publisher = publishers.get(client);
    if (!publisher) {
      publisher = { client, waiting: 0, answered: new Set() };
      publishers.set(client, publisher);
      client.conn.once('close', () => handOn(publisher!));
    }
    return publisher;
  };

  return {
    accept: (
      client: Client,
      packet: PublishPacket,
      isStillAllowed: () => boolean,
      answer: Accepted,
    ): void => {
      const publisher = publisherOf(client);
      const reservation = reserve(publisher, packet);
      if (!reservation && publisher.waiting === 0) {
        if (packet.qos === 2) setImmediate(answer, null);
        else answer(null);
        return;
      }
      publisher.waiting++;
      journal.after((failure) => {
        publisher.waiting--;
        if (failure || !isStillAllowed()) {
          if (reservation) leave(reservation);
          answer(failure ?? new Error('the credential has gone'));
        } else if (client.closed) {
          if (packet.qos === 2 && packet.messageId !== undefined)
            incoming.set(client.id, packet.messageId, 'published');
          publishHere(client, packet);
        } else {
          if (reservation) publisher.answered.add(reservation);
          // aedes hands a QoS 1 message on after its PUBACK, one turn later: others must not overtake it.
          if (packet.qos === 1) answer(null);
          else setImmediate(answer, null);
        }
      });
    },
    /** Calls back behind what this connection has published before; also when that failed. */
    afterPublished(client: Client, callback: () => void): void {
      if (publisherOf(client).waiting === 0) callback();
      else journal.after(() => callback());
    },
    /** What was written for this payload; it is taken, since it is handed on once. */
    take(payload: unknown): Reservation | undefined {
      if (typeof payload !== 'object' || payload === null) return undefined;
      const reservation = reservations.get(payload);
      if (reservation) {
        reservations.delete(payload);
        reservation.publisher.answered.delete(reservation);
      }
      return reservation;
    },
    /**
     * Whether the retained message with this payload is what the journal ends up with. aedes may hand two of a
     * topic on in the other order than they were written.
     */
    isWritten(topic: string, payload: unknown): boolean {
      const reservation = reservations.get(payload as object);
      const last = newest.get(topic);
      if (reservation === undefined || last === reservation) newest.delete(topic);
      return reservation !== undefined && last !== undefined;
    },
  };

  function reserve(publisher: Publisher, packet: PublishPacket): Reservation | null {
    const { client } = publisher;
    const isIncoming = packet.qos === 2 && packet.messageId !== undefined;
    // A repeat: written already, or about to be. It only waits its turn.
    if (isIncoming && incoming.stateOf(client.id, packet.messageId!) !== undefined) return null;
    const wanted = packet.qos > 0 ? subscriptions.forTopic(packet.topic) : [];
    // At QoS 0 a retained message is promised to nobody, and is written behind.
    const isRetained = packet.retain && packet.qos > 0;
    const isSession = isIncoming && book.sessions.has(client.id);
    if (wanted.length === 0 && !isRetained && !isSession) return null;

    // Of the socket's chunk nothing is held on to, and the object is ours alone.
    const payload = Buffer.from(packet.payload as Uint8Array);
    packet.payload = payload;
    const message: Message = { topic: packet.topic, payload, qos: packet.qos };
    const places: Place[] = [];
    for (const { clientId, qos } of wanted) {
      const place = queues.reserve(clientId, message, qos);
      if (place) places.push(place);
    }
    if (isRetained)
      journal.append({ verb: verbs.retain, isKept: false, small: packet.qos, topic: packet.topic, payload });
    if (isIncoming) incoming.set(client.id, packet.messageId!, 'written');
    if (isSession)
      journal.append({ verb: verbs.incoming, isKept: false, small: packet.messageId!, name: client.id });
    const reservation: Reservation = {
      packet,
      message,
      places,
      isRetained,
      publisher,
    };
    if (isRetained) newest.set(packet.topic, reservation);
    reservations.set(payload, reservation);
    return reservation;
  }

  /** Undoes it on disk as well: what failed may have been written all the same. */
  function leave({ packet, message, places, isRetained, publisher }: Reservation): void {
    const { client } = publisher;
    reservations.delete(message.payload);
    if (newest.get(packet.topic)?.message === message) newest.delete(packet.topic);
    for (const place of places) queues.leave(place, message);
    if (isRetained) {
      const { payload, qos } = retained.get(packet.topic) ?? { payload: new Uint8Array(), qos: 0 };
      journal.append({ verb: verbs.retain, isKept: true, small: qos, topic: packet.topic, payload });
    }
    if (packet.qos !== 2 || packet.messageId === undefined) return;
    incoming.delete(client.id, packet.messageId);
    journal.append({ verb: verbs.incomingDone, isKept: true, small: packet.messageId, name: client.id });
  }

  /** The connection closed before aedes could acknowledge: what was written is published all the same. */
  function handOn({ client, answered }: Publisher): void {
    // aedes gives up in the turn after the close, and what it did not give up is handed on by then.
    setImmediate(() =>
      setImmediate(() => {
        for (const { packet } of answered) publishHere(client, packet);
      }),
    );
  }
}
