import { types } from './packets.ts';

/** A packet that only a server sends, or both. A payload is its text. */
export type Answer =
  | { type: 'connack'; isSessionPresent: boolean; code: number }
  | {
      type: 'publish';
      topic: string;
      payload: string;
      qos: number;
      retain: boolean;
      dup: boolean;
      /** 0 with QoS 0, which has none. */
      id: number;
    }
  | { [T in Bare]: { type: T; id: number } }[Bare]
  | { type: 'suback'; id: number; codes: number[] }
  | { type: 'pingresp' };
/** Packets that are a packet id and nothing else. */
type Bare = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp' | 'unsuback';
export type AnswerOf<T extends Answer['type']> = Extract<Answer, { type: T }>;

const names = new Map<number, string>(Object.entries(types).map(([name, type]) => [type, name]));

/**
 * Takes whole packets from the front of what has come in, and gives the bytes that are left.
 * @throws {Error} when the bytes are none that a server of MQTT 3.1.1 may send [MQTT-2.2.2-1]
 */
export function readAnswers(bytes: Buffer, tell: (answer: Answer) => void): Buffer {
  let rest = bytes;
  for (;;) {
    const header = readLength(rest);
    if (!header || rest.length < header.end) return rest;
    tell(readAnswer(rest[0]!, rest.subarray(header.start, header.end)));
    rest = rest.subarray(header.end);
  }
}

function readLength(bytes: Buffer): { start: number; end: number } | null {
  let length = 0;
  for (let i = 1; i <= 4; i++) {
    const digit = bytes[i];
    if (digit === undefined) return null;
    length += (digit & 0x7f) * 128 ** (i - 1);
    if (digit < 0x80) return { start: i + 1, end: i + 1 + length };
  }
  throw new Error('the remaining length has more than four bytes');
}

function readAnswer(first: number, body: Buffer): Answer {
  const type = names.get(first >> 4);
  const flags = first & 15;
  if (type === 'publish') return readPublish(flags, body);
  if (flags !== (type === 'pubrel' ? 2 : 0))
    throw new Error(`${type ?? 'a packet of an unknown type'} with the flags ${flags}`);
  if (type === 'connack') {
    if (body.length !== 2 || body[0]! > 1) throw new Error(`CONNACK is ${body.toString('hex')}`);
    return { type, isSessionPresent: body[0] === 1, code: body[1]! };
  }
  if (type === 'pingresp' && body.length === 0) return { type };
  if (type === 'suback' && body.length > 2)
    return { type, id: body.readUInt16BE(), codes: [...body.subarray(2)] };
  if (
    (type === 'puback' ||
      type === 'pubrec' ||
      type === 'pubrel' ||
      type === 'pubcomp' ||
      type === 'unsuback') &&
    body.length === 2
  )
    return { type, id: body.readUInt16BE() };
  throw new Error(`a server may not send ${Buffer.from([first]).toString('hex')} ${body.toString('hex')}`);
}

function readPublish(flags: number, body: Buffer): Answer {
  const qos = (flags >> 1) & 3;
  const topicEnd = 2 + body.readUInt16BE();
  const payloadStart = topicEnd + (qos > 0 ? 2 : 0);
  if (qos > 2) throw new Error('PUBLISH with QoS 3');
  if (payloadStart > body.length) throw new Error(`PUBLISH is too short: ${body.toString('hex')}`);
  return {
    type: 'publish',
    topic: body.toString('utf8', 2, topicEnd),
    payload: body.toString('utf8', payloadStart),
    qos,
    retain: (flags & 1) === 1,
    dup: (flags & 8) === 8,
    id: qos > 0 ? body.readUInt16BE(topicEnd) : 0,
  };
}
