import type { Breach } from '../access/access.ts';
import { binaryEnd, cutOff, illFormed, numberAt, numberEnd, textEnd } from './fields.ts';
import { versionOf } from './versions.ts';

/** What is wrong with a packet: the connection it came on is closed. */
export interface Fault extends Breach {
  /** Bytes that the client is owed before the close. */
  answer?: Uint8Array;
  /** Whom the client said it was; nobody has checked it. */
  userName?: string;
}

const reservedFlag = 0x01;
const willFlag = 0x04;
const willQosFlags = 0x18;
const willRetainFlag = 0x20;
const passwordFlag = 0x40;
const userNameFlag = 0x80;

/** @param got what is wrong, in a sentence */
export const malformed = (got: string): Fault => ({
  rule: 'malformed',
  detail: 'Packets that obey MQTT 3.1.1.',
  got,
});

/** What is wrong with the CONNECT whose variable header and payload are `bytes[at..end)`; null for a good one. */
export function checkConnect(bytes: Buffer, at: number, end: number): Fault | null {
  const nameEnd = textEnd(bytes, at, end);
  if (nameEnd < 0 || nameEnd >= end) return malformed('A CONNECT without a protocol name.');
  const version = versionOf(bytes.toString('latin1', at + 2, nameEnd), bytes[nameEnd]!);
  if (!version) return malformed('A CONNECT of another protocol than MQTT.'); // [MQTT-3.1.2-1]
  if (version.isSpoken) return checkFields(bytes, nameEnd + 1, end, false).fault;
  const { userName } = checkFields(bytes, nameEnd + 1, end, version.hasProperties);
  const { advice: detail, refusal } = version;
  const got = `protocol version ${bytes[nameEnd]}`;
  const answer: Fault = { rule: 'protocol', detail, got, answer: refusal }; // [MQTT-3.1.2-2]
  return userName === undefined ? answer : { ...answer, userName };
}

interface Checked {
  fault: Fault | null;
  userName?: string;
}
const faulty = (detail: string): Checked => ({ fault: malformed(detail) });

/** Everything behind the protocol level. */
function checkFields(bytes: Buffer, at: number, end: number, hasProperties: boolean): Checked {
  if (at + 3 > end) return faulty('A CONNECT that ends too early.');
  const flags = bytes[at]!;
  const breach = flagsBreach(flags);
  if (breach) return faulty(breach);

  let next = at + 3;
  const parts: [what: string, isThere: boolean, endOf: typeof textEnd][] = [
    ['properties', hasProperties, propertiesEnd],
    ['client id', true, textEnd], // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
    ['will properties', hasProperties && (flags & willFlag) !== 0, propertiesEnd],
    ['will topic', (flags & willFlag) !== 0, textEnd], // [MQTT-3.1.3-10]
    ['will message', (flags & willFlag) !== 0, binaryEnd],
    ['user name', (flags & userNameFlag) !== 0, textEnd], // [MQTT-3.1.3-11]
    ['password', (flags & passwordFlag) !== 0, binaryEnd],
  ];
  let userName: string | undefined;
  for (const [what, isThere, endOf] of parts) {
    if (!isThere) continue; // [MQTT-3.1.2-18] [MQTT-3.1.2-20]
    const fieldEnd = endOf(bytes, next, end);
    if (fieldEnd === illFormed) return faulty(`A CONNECT whose ${what} is not text in UTF-8.`);
    if (fieldEnd < 0) return faulty(`A CONNECT that ends within its ${what}.`);
    if (what === 'will topic' && fieldEnd === next + 2) return faulty('A will without a topic.'); // [MQTT-4.7.3-1]
    if (what === 'user name') userName = bytes.toString('utf8', next + 2, fieldEnd);
    next = fieldEnd;
  }
  if (next !== end) return faulty('A CONNECT with bytes that belong to none of its fields.'); // [MQTT-3.1.3-1]
  return userName === undefined ? { fault: null } : { fault: null, userName };
}

function flagsBreach(flags: number): string | null {
  if (flags & reservedFlag) return 'A CONNECT with its reserved flag set.'; // [MQTT-3.1.2-3]
  if ((flags & willQosFlags) === willQosFlags) return 'A will with QoS 3.'; // [MQTT-3.1.2-14]
  if (!(flags & willFlag) && flags & (willQosFlags | willRetainFlag))
    return 'A CONNECT with flags of a will that it has not.'; // [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-15]
  if (flags & passwordFlag && !(flags & userNameFlag)) return 'A password without a user name.'; // [MQTT-3.1.2-22]
  return null;
}

function propertiesEnd(bytes: Buffer, at: number, end: number): number {
  const lengthEnd = numberEnd(bytes, at, end);
  if (lengthEnd < 0) return lengthEnd;
  const fieldEnd = lengthEnd + numberAt(bytes, at, lengthEnd);
  return fieldEnd > end ? cutOff : fieldEnd;
}
