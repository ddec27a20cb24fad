import type { Journal } from './journal.ts';
import {
  createOutgoingQueue,
  keptBytes,
  type Kept,
  type OutgoingQueue,
  type QueueBounds,
} from './outgoing.ts';
import { verbs } from './records.ts';
import type { LeftMessage } from './recovery.ts';

/** What is kept for a session, of a PUBLISH. */
export interface Message {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
}

/** A place in a session's queue, its row in the journal, and the QoS that was granted. */
export interface Place {
  name: string;
  row: number;
  qos: 0 | 1 | 2;
}

/** The queues of all sessions, in memory and in the journal. */
export type Queues = ReturnType<typeof createQueues>;

export function createQueues(journal: Journal, bounds: (name: string) => QueueBounds) {
  const byName = new Map<string, OutgoingQueue>();
  let lastRow = 0;

  const ensure = (name: string): OutgoingQueue => {
    let queue = byName.get(name);
    if (!queue) byName.set(name, (queue = createOutgoingQueue()));
    return queue;
  };
  const reserve = (name: string, message: Message): number | null =>
    ensure(name).reserve(keptBytes(message), bounds(name)) ? ++lastRow : null;
  const write = (place: Place, message: Message, isKept: boolean): void =>
    journal.append({
      verb: verbs.queue,
      isKept,
      number: place.row,
      small: place.qos,
      name: place.name,
      topic: message.topic,
      payload: message.payload,
    });
  const fill = (place: Place, message: Message, counter: number): void => {
    const queue = ensure(place.name);
    queue.release(keptBytes(message));
    queue.append({ ...blank, row: place.row, counter, qos: place.qos, ...pick(message) });
  };
  const remove = (queue: OutgoingQueue, kept: Kept): void => {
    queue.remove(kept);
    journal.noteDone(kept.row);
  };

  return {
    of: (name: string): OutgoingQueue | undefined => byName.get(name),
    names: (): Iterable<string> => byName.keys(),
    /** Messages in all of them. */
    count: (): number => [...byName.values()].reduce((sum, { length }) => sum + length, 0),
    /** Takes a place and writes the message there; null when the queue is full: it is left out. */
    reserve(name: string, message: Message, qosMax: 0 | 1 | 2): Place | null {
      const row = reserve(name, message);
      if (row === null) return null;
      const place: Place = { name, row, qos: Math.min(message.qos, qosMax) as 0 | 1 | 2 };
      write(place, message, false);
      return place;
    },
    /** aedes has numbered it: the message takes its place. */
    fill,
    /** The place is not needed: also one whose commit failed, since it may have been written all the same. */
    leave({ name, row }: Place, message: Message): void {
      byName.get(name)?.release(keptBytes(message));
      journal.noteDone(row);
    },
    /** For what nobody waits for an acknowledgement of: kept at once, written with the next commit. */
    put(name: string, message: Message, qosMax: 0 | 1 | 2, counter: number): void {
      const row = reserve(name, message);
      if (row === null) return;
      const place: Place = { name, row, qos: Math.min(message.qos, qosMax) as 0 | 1 | 2 };
      write(place, message, true);
      fill(place, message, counter);
    },
    remove,
    /** Ends the queue; what lies in it is deleted. */
    forget(name: string): void {
      for (const kept of byName.get(name)?.all() ?? []) journal.noteDone(kept.row);
      byName.delete(name);
    },
    /** Takes over what a broker left. @returns the greatest counter, from which aedes goes on. */
    restore(left: readonly LeftMessage[]): number {
      for (const [i, { id, name, qos, topic, packetId, isReleased, payload }] of left.entries()) {
        lastRow = id;
        ensure(name).append({
          row: id,
          counter: i + 1,
          qos,
          topic,
          payload,
          packetId: packetId ?? undefined,
          isNoted: packetId !== null,
          isReleased: isReleased === 1,
          isInFlight: false,
        });
      }
      return left.length;
    },
  };
}

const blank = { packetId: undefined, isNoted: false, isReleased: false, isInFlight: false };
const pick = ({ topic, payload }: Message): Pick<Message, 'topic' | 'payload'> => ({ topic, payload });
