import type { Client } from 'aedes';
import type { EventEmitter } from 'node:events';
import { numberAt, numberEnd } from '../listeners/fields.ts';
import { packetTypes } from '../listeners/packet-rules.ts';

/** What aedes' client has beyond its declared face: the parser of mqtt-packet. */
interface Inner {
  _parser: EventEmitter & { parse(bytes: Buffer): number };
}

const answers = new Map<number, string>([
  [packetTypes.puback, 'puback'],
  [packetTypes.pubrec, 'pubrec'],
  [packetTypes.pubrel, 'pubrel'],
  [packetTypes.pubcomp, 'pubcomp'],
]);

/**
 * Reads for one client of aedes what comes for each message. The guard in front lets only whole packets through, whose
 * form it has checked, so that little is left to do; a parser for bytes that come in any pieces costs ten times as
 * much. The rare kinds of packets go to that one.
 */
export function readPackets(client: Client): void {
  const { _parser: parser } = client as unknown as Inner;
  const parse = parser.parse.bind(parser);
  const waiting: Buffer[] = [];
  let isReading = false;

  const readAll = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length;) {
      const first = bytes[at]!;
      const bodyAt = numberEnd(bytes, at + 1, bytes.length);
      const end = bodyAt + numberAt(bytes, at + 1, bodyAt);
      const type = first >> 4;
      const cmd = answers.get(type);
      if (type === packetTypes.publish) parser.emit('packet', readPublish(first, bytes, bodyAt, end));
      else if (cmd !== undefined) parser.emit('packet', { cmd, messageId: bytes.readUInt16BE(bodyAt) });
      else parse(bytes.subarray(at, end));
      at = end;
    }
  };
  parser.parse = (bytes) => {
    // aedes reads on from within a packet: what is behind it in its chunk comes first.
    waiting.push(bytes);
    if (isReading) return 0;
    isReading = true;
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) readAll(next);
    } finally {
      isReading = false;
    }
    return 0;
  };
}

function readPublish(first: number, bytes: Buffer, at: number, end: number) {
  const topicEnd = at + 2 + bytes.readUInt16BE(at);
  const qos = (first >> 1) & 3;
  return {
    cmd: 'publish',
    retain: (first & 1) === 1,
    qos,
    dup: (first & 8) !== 0,
    topic: bytes.toString('utf8', at + 2, topicEnd),
    payload: bytes.subarray(qos > 0 ? topicEnd + 2 : topicEnd, end),
    messageId: qos > 0 ? bytes.readUInt16BE(topicEnd) : undefined,
  };
}
