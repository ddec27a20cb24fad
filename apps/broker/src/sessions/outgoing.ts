type QoS = 0 | 1 | 2;

/** What aedes hands over: a PUBLISH, or the PUBREL that follows a QoS 2 one. */
export interface Packet {
  cmd: string;
  brokerId?: string;
  brokerCounter?: number;
  messageId?: number | undefined;
  topic?: string;
  payload?: string | Uint8Array;
  qos?: QoS;
  retain?: boolean;
  dup?: boolean;
}

/** A message kept for one session until its client has acknowledged it. */
export interface Kept {
  /** Its row in the journal. */
  row: number;
  /** aedes' number of it, which grows. */
  counter: number;
  qos: QoS;
  topic: string;
  payload: Uint8Array;
  /** Under which it was sent. Undefined before. */
  packetId: number | undefined;
  /** The packet id is in the journal. */
  isNoted: boolean;
  /** PUBREC came: only PUBREL is owed now. */
  isReleased: boolean;
  /** Sent on the present connection. */
  isInFlight: boolean;
}

/** How much may wait for one session, and how much of it may be on its way at once. */
export interface QueueBounds {
  messages: number;
  bytes: number;
}

/** Sent and not acknowledged: beyond it messages wait in the queue, so that packet ids cannot meet. */
const windowMessages = 2048;
const windowBytes = 1024 * 1024;

const nothing = new Uint8Array();

/** Topic, payload, and what an object costs. */
export const keptBytes = (message: { topic: string; payload: { length: number } }): number =>
  message.topic.length + message.payload.length + 100;

/** One session's messages, in the order they came. */
export type OutgoingQueue = ReturnType<typeof createOutgoingQueue>;

export function createOutgoingQueue() {
  const byCounter = new Map<number, Kept>();
  const byPacketId = new Map<number, Kept>();
  let bytes = 0;
  let reserved = 0;
  let reservedBytes = 0;
  let inFlight = 0;
  let inFlightBytes = 0;
  /** Walks over what is not in flight; a Map's iterator also sees what is added after it was made. */
  let walk: Iterator<Kept> | null = null;
  /** The greatest counter that the walk has come to. */
  let walkedTo = 0;

  const land = (kept: Kept): void => {
    if (!kept.isInFlight) return;
    kept.isInFlight = false;
    inFlight--;
    inFlightBytes -= keptBytes(kept);
  };
  const launch = (kept: Kept): void => {
    if (kept.isInFlight) return;
    kept.isInFlight = true;
    inFlight++;
    inFlightBytes += keptBytes(kept);
  };
  const remove = (kept: Kept): void => {
    if (byCounter.get(kept.counter) !== kept) return;
    land(kept);
    bytes -= keptBytes(kept);
    byCounter.delete(kept.counter);
    if (kept.packetId !== undefined) byPacketId.delete(kept.packetId);
  };

  return {
    /** Kept messages and those that have a place. */
    get length() {
      return byCounter.size + reserved;
    },
    get bytes() {
      return bytes + reservedBytes;
    },
    get hasWindow() {
      return inFlight < windowMessages && (inFlightBytes < windowBytes || inFlight === 0);
    },
    /** Takes a place for a message that is being written; false when the queue is full. */
    reserve(size: number, bounds: QueueBounds): boolean {
      if (this.length >= bounds.messages || this.bytes + size > bounds.bytes) return false;
      reserved++;
      reservedBytes += size;
      return true;
    },
    /** Gives the place back, also to put the message there. */
    release(size: number): void {
      reserved--;
      reservedBytes -= size;
    },
    append(kept: Kept): void {
      byCounter.set(kept.counter, kept);
      bytes += keptBytes(kept);
      if (kept.packetId !== undefined) byPacketId.set(kept.packetId, kept);
    },
    find: (counter: number | undefined): Kept | undefined =>
      counter === undefined ? undefined : byCounter.get(counter),
    findByPacketId: (packetId: number | undefined): Kept | undefined =>
      packetId === undefined ? undefined : byPacketId.get(packetId),
    isTaken: (packetId: number): boolean => byPacketId.has(packetId),
    /** Notes that it goes out under this packet id, which no other has. */
    noteSent(kept: Kept, packetId: number): void {
      if (kept.packetId !== packetId) {
        if (kept.packetId !== undefined) byPacketId.delete(kept.packetId);
        kept.packetId = packetId;
        byPacketId.set(packetId, kept);
      }
      launch(kept);
    },
    /** PUBREC came for it: of the message only the packet id is still needed. */
    noteReleased(kept: Kept): void {
      const wasInFlight = kept.isInFlight;
      land(kept);
      bytes -= kept.payload.length;
      kept.payload = nothing;
      kept.isReleased = true;
      if (wasInFlight) launch(kept);
    },
    /**
     * Takes a message on its way outside the walk; false when the walk has sent it on this connection, and its client
     * may have acknowledged it already.
     */
    claim(counter: number): boolean {
      const kept = byCounter.get(counter);
      if (!kept) return counter > walkedTo;
      if (kept.isInFlight) return false;
      launch(kept);
      return true;
    },
    remove,
    /** A new connection: everything is to be sent, what was sent before once more. */
    restart(): void {
      for (const kept of byCounter.values()) land(kept);
      walk = byCounter.values();
    },
    /** The next that is not in flight; undefined when all are. */
    nextUnsent(): Kept | undefined {
      walk ??= byCounter.values();
      for (let step = walk.next(); !step.done; step = walk.next()) {
        walkedTo = Math.max(walkedTo, step.value.counter);
        if (!step.value.isInFlight) return step.value;
      }
      walk = null;
      return undefined;
    },
    all: (): Kept[] => [...byCounter.values()],
  };
}
