/**
 * What the journal's thread is told to write, packed into one buffer: objects cost more to hand over than
 * SQLite needs to write them.
 *
 * A record: length (4 bytes, all of it), verb (1), 1 when it is kept (1), small number (2), number (8),
 * lengths of name and topic (2 + 2), name, topic, payload. Little endian.
 */
export const verbs = {
  /** A message for a session: number = row, small = QoS. */
  queue: 1,
  /** A queued message has left: number = row, small = packet id. */
  sent: 2,
  /** A QoS 2 message was received, its PUBREL follows: number = row. */
  release: 3,
  /** A queued message is done with: number = row. */
  done: 4,
  begin: 5,
  end: 6,
  /** small = QoS. */
  subscribe: 7,
  unsubscribe: 8,
  /** A QoS 2 message came in: small = packet id. */
  incoming: 9,
  incomingDone: 10,
  /** small = QoS; without payload the topic has none any more. */
  retain: 11,
  /** number = row, small = QoS, + 4 when retained. */
  will: 12,
  willDone: 13,
  /** Writes something, to see whether the disk takes it. */
  probe: 14,
} as const;
export type Verb = (typeof verbs)[keyof typeof verbs];

/** One thing to write. `isKept`: it has happened, and is tried again when a commit fails; else it is given up. */
export interface JournalRecord {
  verb: Verb;
  isKept: boolean;
  number?: number;
  small?: number;
  /** A session. */
  name?: string;
  /** A topic or filter. */
  topic?: string;
  payload?: Uint8Array;
}
export type ReadRecord = Required<JournalRecord>;

const headBytes = 20;
const firstBytes = 16_384;
const nothing = new Uint8Array();

/** Records in a row, that grows. */
export interface Records {
  readonly isEmpty: boolean;
  add(record: JournalRecord): void;
  /** The bytes, to be handed over: nothing is added afterwards. */
  take(): Uint8Array<ArrayBuffer>;
}

export function createRecords(): Records {
  let bytes: Buffer<ArrayBuffer> | null = null;
  let end = 0;

  const grow = (more: number): Buffer<ArrayBuffer> => {
    let size = Math.max(bytes?.length ?? 0, firstBytes);
    while (size < end + more) size *= 2;
    const grown = Buffer.allocUnsafeSlow(size);
    if (bytes) bytes.copy(grown, 0, 0, end);
    return grown;
  };

  return {
    get isEmpty() {
      return end === 0;
    },
    add({ verb, isKept, number = 0, small = 0, name = '', topic = '', payload = nothing }) {
      // UTF-8 takes at most three bytes for a UTF-16 unit.
      const most = headBytes + (name.length + topic.length) * 3 + payload.length;
      if (bytes === null || bytes.length < end + most) bytes = grow(most);
      const nameBytes = bytes.write(name, end + headBytes);
      const topicBytes = bytes.write(topic, end + headBytes + nameBytes);
      bytes.set(payload, end + headBytes + nameBytes + topicBytes);
      const length = headBytes + nameBytes + topicBytes + payload.length;
      bytes.writeUInt32LE(length, end);
      bytes[end + 4] = verb;
      bytes[end + 5] = isKept ? 1 : 0;
      bytes.writeUInt16LE(small, end + 6);
      bytes.writeDoubleLE(number, end + 8);
      bytes.writeUInt16LE(nameBytes, end + 16);
      bytes.writeUInt16LE(topicBytes, end + 18);
      end += length;
    },
    take() {
      const taken = (bytes ?? Buffer.alloc(0)).subarray(0, end);
      bytes = null;
      end = 0;
      return taken;
    },
  };
}

/** Calls `use` with each record in turn; its payload is a view of the bytes. */
export function readRecords(packed: Uint8Array, use: (record: ReadRecord) => void): void {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at)) {
    const nameAt = at + headBytes;
    const topicAt = nameAt + bytes.readUInt16LE(at + 16);
    const payloadAt = topicAt + bytes.readUInt16LE(at + 18);
    use({
      verb: bytes[at + 4] as Verb,
      isKept: bytes[at + 5] === 1,
      small: bytes.readUInt16LE(at + 6),
      number: bytes.readDoubleLE(at + 8),
      name: bytes.toString('utf8', nameAt, topicAt),
      topic: bytes.toString('utf8', topicAt, payloadAt),
      payload: bytes.subarray(payloadAt, at + bytes.readUInt32LE(at)),
    });
  }
}
