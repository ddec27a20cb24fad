import { types } from '../../conformance/packets.ts';

/** What of a packet the loads look at. `mark` is the last byte of a PUBLISH's topic, which tells its publisher. */
export type OnPacket = (type: number, qos: number, packetId: number, mark: number) => void;

const nothing = Buffer.alloc(0);

/**
 * Gives each packet in bytes that come in any pieces. It looks at no more than has to be counted and answered: a
 * parser that makes an object of each would be slower than the brokers that are measured.
 */
export function createWalk(onPacket: OnPacket): (chunk: Buffer) => void {
  let rest: Buffer = nothing;

  /** The end of the packet at `at`; 0 when it is not whole yet. */
  const step = (bytes: Buffer, at: number): number => {
    let body = at + 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const digit = bytes[body++];
      if (digit === undefined) return 0;
      length |= (digit & 0x7f) << shift;
      if (digit < 0x80) break;
    }
    const end = body + length;
    if (end > bytes.length) return 0;
    const first = bytes[at]!;
    const type = first >> 4;
    if (type === types.publish) {
      const qos = (first >> 1) & 3;
      const topicEnd = body + 2 + bytes.readUInt16BE(body);
      onPacket(type, qos, qos > 0 ? bytes.readUInt16BE(topicEnd) : 0, bytes[topicEnd - 1]!);
    } else if (type === types.connack) onPacket(type, 0, 0, bytes[body + 1]!);
    else if (type === types.suback) onPacket(type, 0, bytes.readUInt16BE(body), bytes[end - 1]!);
    else onPacket(type, 0, length >= 2 ? bytes.readUInt16BE(body) : 0, 0);
    return end;
  };

  return (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (at < bytes.length) {
      const end = step(bytes, at);
      if (end === 0) break;
      at = end;
    }
    rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : nothing;
  };
}
