import { checkConnect, malformed, type Fault } from './connect-rules.ts';
import { cutOff, illFormed, textEnd } from './fields.ts';

/** Control packet types that a client may send, by their number in the first byte. */
export const packetTypes = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;
const fromClient = new Set<number>(Object.values(packetTypes));

/** The low four bits that a packet has to have; PUBLISH has its own. */
const flagsOf = (type: number): number => ([6, 8, 10].includes(type) ? 2 : 0);
const flagsByType = Array.from({ length: 16 }, (_, type) => flagsOf(type));

/** What is wrong with a packet's first byte, before anything else of it has come. */
export function checkFirstByte(first: number, isConnected: boolean): Fault | null {
  const type = first >> 4;
  if (!fromClient.has(type)) return malformed(`A packet of type ${type} is not a client's to send.`);
  // [MQTT-3.1.0-1] [MQTT-3.1.0-2]
  if (isConnected === (type === packetTypes.connect))
    return malformed(isConnected ? 'A second CONNECT.' : 'The first packet is not CONNECT.');
  if (type !== packetTypes.publish)
    return (first & 0xf) === flagsByType[type] ? null : malformed(`Wrong flags in a packet of type ${type}.`); // [MQTT-2.2.2-2] [MQTT-3.6.1-1] [MQTT-3.8.1-1] [MQTT-3.10.1-1]
  if ((first & 0x6) === 0x6) return malformed('A PUBLISH with QoS 3.'); // [MQTT-3.3.1-4]
  if ((first & 0xe) === 0x8) return malformed('A PUBLISH marked as a repeat, with QoS 0.'); // [MQTT-3.3.1-2]
  return null;
}

/** What is wrong with the rest of a packet, `bytes[at..end)` behind the remaining length; null for a good one. */
export function checkBody(first: number, bytes: Buffer, at: number, end: number): Fault | null {
  switch (first >> 4) {
    case packetTypes.publish:
      return checkPublish(first, bytes, at, end);
    case packetTypes.connect:
      return checkConnect(bytes, at, end);
    case packetTypes.subscribe:
      return checkFilters('SUBSCRIBE', 1, bytes, at, end); // [MQTT-3.8.3-1] [MQTT-3.8.3-3]
    case packetTypes.unsubscribe:
      return checkFilters('UNSUBSCRIBE', 0, bytes, at, end); // [MQTT-3.10.3-1] [MQTT-3.10.3-2]
    case packetTypes.pingreq:
    case packetTypes.disconnect:
      return at === end ? null : malformed('A PINGREQ or DISCONNECT with something in it.');
    default:
      if (end - at !== 2) return malformed('An acknowledgement that is not two bytes long.');
      return hasPacketId(bytes, at) ? null : malformed('An acknowledgement of packet id 0.');
  }
}

/** [MQTT-2.3.1-1] */
const hasPacketId = (bytes: Buffer, at: number): boolean => (bytes[at]! | bytes[at + 1]!) !== 0;

function checkPublish(first: number, bytes: Buffer, at: number, end: number): Fault | null {
  const topicEnd = textEnd(bytes, at, end);
  if (topicEnd < 0) return textFault('PUBLISH', 'topic', topicEnd); // [MQTT-3.3.2-1]
  if (topicEnd === at + 2) return malformed('A PUBLISH without a topic.'); // [MQTT-4.7.3-1]
  if ((first & 0x6) === 0) return null;
  if (topicEnd + 2 > end) return malformed('A PUBLISH that ends before its packet id.');
  return hasPacketId(bytes, topicEnd) ? null : malformed('A PUBLISH with packet id 0.');
}

function checkFilters(
  name: string,
  optionBytes: 0 | 1,
  bytes: Buffer,
  at: number,
  end: number,
): Fault | null {
  if (at + 2 > end || !hasPacketId(bytes, at)) return malformed(`A ${name} without a packet id.`);
  if (at + 2 === end) return malformed(`A ${name} without a filter.`);
  for (let next = at + 2; next < end;) {
    const filterEnd = textEnd(bytes, next, end);
    if (filterEnd < 0) return textFault(name, 'filter', filterEnd);
    if (filterEnd === next + 2) return malformed(`A ${name} with an empty filter.`); // [MQTT-4.7.3-1]
    next = filterEnd + optionBytes;
    if (next > end) return malformed(`A ${name} that ends before its QoS.`);
    if (optionBytes && bytes[filterEnd]! > 2) return malformed(`A ${name} with QoS ${bytes[filterEnd]}.`); // [MQTT-3-8.3-4]
  }
  return null;
}

function textFault(name: string, field: string, problem: number): Fault {
  if (problem === illFormed) return malformed(`A ${name} whose ${field} is not text in UTF-8.`);
  if (problem === cutOff) return malformed(`A ${name} that ends within its ${field}.`);
  throw new Error(`no problem: ${problem}`);
}
