import type { Client } from 'aedes';
import * as fc from 'fast-check';
import mqtt, { type Packet } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { readPackets } from './packet-reading.ts';

const id = fc.integer({ min: 1, max: 65_535 });
const topic = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const publish = fc
  .record({
    qos: fc.constantFrom(0, 1, 2),
    isRepeat: fc.boolean(),
    retain: fc.boolean(),
    topic,
    payload: fc.uint8Array({ maxLength: 300 }),
    messageId: id,
  })
  .map(({ qos, isRepeat, retain, topic: name, payload, messageId }) => ({
    cmd: 'publish',
    topic: name,
    messageId,
    retain,
    qos,
    dup: qos > 0 && isRepeat,
    payload: Buffer.from(payload),
  }));
const answer = fc.record({ cmd: fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp'), messageId: id });
const subscribe = fc
  .record({ messageId: id, topic, qos: fc.constantFrom(0, 1, 2) })
  .map(({ messageId, ...filter }) => ({ cmd: 'subscribe', messageId, subscriptions: [filter] }));
const ping = fc.constant({ cmd: 'pingreq' });
const packets = fc.array(fc.oneof(publish, answer, subscribe, ping), { minLength: 1, maxLength: 20 });

const bytesOf = (packet: object): Buffer => mqtt.generate(packet as Packet);

/** What the broker looks at. */
const looked = (packet: Packet): object => {
  const { cmd, messageId, ...rest } = packet as unknown as Record<string, unknown>;
  if (cmd === 'subscribe') return { cmd, messageId, subscriptions: rest['subscriptions'] };
  if (cmd !== 'publish') return { cmd, messageId };
  const { qos, dup, retain, topic: name, payload } = rest;
  return {
    cmd,
    messageId,
    qos,
    dup,
    retain,
    topic: name,
    payload: Buffer.from(payload as Buffer).toString('hex'),
  };
};

/** A client whose packets are heard, read by us or not. */
function hear(isOurs: boolean) {
  const parser = mqtt.parser();
  const heard: object[] = [];
  parser.on('packet', (packet) => heard.push(looked(packet)));
  if (isOurs) readPackets({ _parser: parser } as unknown as Client);
  return { parser, heard };
}

test('every packet is read as the parser of mqtt-packet reads it', () => {
  fc.assert(
    fc.property(packets, (list) => {
      const [ours, theirs] = [hear(true), hear(false)];
      const bytes = Buffer.concat(list.map(bytesOf));
      ours.parser.parse(bytes);
      theirs.parser.parse(bytes);
      expect(ours.heard).toEqual(theirs.heard);
      expect(ours.heard).toHaveLength(list.length);
    }),
  );
});

test('what comes while a packet is dealt with is read behind the rest of its chunk', () => {
  const { parser, heard } = hear(true);
  const pubacks = (...ids: number[]): Buffer =>
    Buffer.concat(ids.map((messageId) => bytesOf({ cmd: 'puback', messageId })));
  parser.once('packet', () => void parser.parse(pubacks(4, 5)));
  parser.parse(pubacks(1, 2, 3));
  expect(heard.map((packet) => (packet as { messageId: number }).messageId)).toEqual([1, 2, 3, 4, 5]);
});
