import { publish, types } from '../../conformance/packets.ts';
import type { Link } from './link.ts';

export type QoS = 0 | 1 | 2;

/** The size of a reading with four quantities, bytes. */
const payloadBytes = 120;

/** Publishes to one topic and never has more than a window of messages on the way. */
export interface Publisher {
  /** Messages that were acknowledged to the end: PUBACK or PUBCOMP. */
  readonly acknowledged: number;
  readonly sent: number;
  /** How many subscribers got so far; QoS 0 has no other sign of life. Undefined: nobody listens. */
  delivered: number | undefined;
  /** Fills the window, if half of it is free. */
  fill(): void;
  /** Sends no more. */
  stop(): void;
}

/**
 * Makes up to `countMax` copies of a PUBLISH in one piece, each with the next packet id.
 * @param idAt where that stands; null at QoS 0, which has none.
 */
export function createBurst(
  template: Buffer,
  idAt: number | null,
  countMax: number,
): (count: number) => Buffer {
  const block = Buffer.alloc(template.length * countMax, template);
  let packetId = 0;
  return (count) => {
    const bytes = Buffer.from(block.subarray(0, template.length * count));
    if (idAt === null) return bytes;
    for (let i = 0; i < count; i++) {
      packetId = (packetId % 65_535) + 1;
      bytes.writeUInt16BE(packetId, i * template.length + idAt);
    }
    return bytes;
  };
}

/** @param sentMax messages in all. */
export function createPublisher(
  link: Link,
  options: { topic: string; qos: QoS; window: number; sentMax?: number },
): Publisher {
  const { topic, qos, window, sentMax = Number.POSITIVE_INFINITY } = options;
  const template = publish(topic, 'r'.repeat(payloadBytes), { qos, id: 1 });
  const idAt = template.length - payloadBytes - 2;
  const burst = createBurst(template, qos > 0 ? idAt : null, window);
  const releases: number[] = [];
  let isStopped = false;

  const publisher = { acknowledged: 0, sent: 0, delivered: undefined as number | undefined, fill, stop };
  function fill(): void {
    if (isStopped) return;
    const done = Math.min(
      qos > 0 ? publisher.acknowledged : Number.POSITIVE_INFINITY,
      publisher.delivered ?? Number.POSITIVE_INFINITY,
    );
    const free = window - (publisher.sent - done);
    const count = Math.min(free, sentMax - publisher.sent);
    if (count <= 0 || (free < window / 2 && count === free)) return;
    publisher.sent += count;
    link.write(burst(count));
  }
  function stop(): void {
    isStopped = true;
  }
  link.hear(
    (type, _qos, id) => {
      if (type === types.puback || type === types.pubcomp) publisher.acknowledged++;
      else if (type === types.pubrec) releases.push(id);
    },
    () => {
      if (releases.length > 0) link.write(answers((types.pubrel << 4) | 2, releases));
      releases.length = 0;
      fill();
    },
  );
  return publisher;
}

/** Acknowledgements of one kind in one piece. */
export function answers(first: number, ids: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(ids.length * 4);
  for (const [i, id] of ids.entries()) {
    bytes[i * 4] = first;
    bytes[i * 4 + 1] = 2;
    bytes.writeUInt16BE(id, i * 4 + 2);
  }
  return bytes;
}
