/** What aedes hands over to be kept for a session: a PUBLISH, or the PUBREL that follows a QoS 2 one. */
export interface Outgoing {
  cmd: string;
  brokerId?: string;
  brokerCounter?: number;
  messageId?: number | undefined;
  topic?: string;
  payload?: string | Uint8Array;
  qos?: 0 | 1 | 2;
  retain?: boolean;
}

/** One session's messages, in the order they came, until the client has acknowledged each. */
export interface OutgoingQueue {
  readonly length: number;
  append(counter: number, message: Outgoing): void;
  /** Notes under which packet id a message was sent, or that a PUBREL took its place. False if it is not here. */
  noteSent(message: Outgoing): boolean;
  /** Takes out what was sent under this packet id. */
  acknowledge(messageId: number): Outgoing | undefined;
  drop(counter: number): void;
  all(): Outgoing[];
  unsent(): Outgoing[];
}

export function createOutgoingQueue(): OutgoingQueue {
  const byCounter = new Map<number, Outgoing>();
  // Packet ids go round after 65,535 and may meet again: the oldest message is acknowledged first.
  const counters = new Map<number, number[]>();

  const link = (messageId: number, counter: number): void => {
    const linked = counters.get(messageId);
    if (linked) linked.push(counter);
    else counters.set(messageId, [counter]);
  };
  const unlink = (messageId: number | undefined, counter: number): void => {
    if (messageId === undefined) return;
    const left = (counters.get(messageId) ?? []).filter((linked) => linked !== counter);
    if (left.length > 0) counters.set(messageId, left);
    else counters.delete(messageId);
  };

  return {
    get length() {
      return byCounter.size;
    },
    append: (counter, message) => void byCounter.set(counter, message),
    noteSent(message) {
      const { messageId, brokerCounter } = message;
      if (messageId === undefined) return false;
      const kept = brokerCounter === undefined ? undefined : byCounter.get(brokerCounter);
      if (kept && brokerCounter !== undefined) {
        unlink(kept.messageId, brokerCounter);
        kept.messageId = messageId;
        link(messageId, brokerCounter);
        return true;
      }
      const counter = counters.get(messageId)?.[0];
      if (counter === undefined) return false;
      byCounter.set(counter, message);
      return true;
    },
    acknowledge(messageId) {
      const counter = counters.get(messageId)?.[0];
      if (counter === undefined) return undefined;
      const message = byCounter.get(counter);
      unlink(messageId, counter);
      byCounter.delete(counter);
      return message;
    },
    drop(counter) {
      unlink(byCounter.get(counter)?.messageId, counter);
      byCounter.delete(counter);
    },
    all: () => [...byCounter.values()],
    unsent: () => [...byCounter.values()].filter((message) => message.messageId === undefined),
  };
}
