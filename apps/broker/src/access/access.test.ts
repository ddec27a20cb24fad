import { deviceReads, deviceTopic, deviceWrites, messageKinds } from '@hearth/contract';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPublish, checkSubscribe, checkWill, mayReceive, type Identity } from './access.ts';
import { filterCovers, filterMatches, filtersOverlap, isTopicFilter, isTopicName } from './topics.ts';

const device: Identity = { role: 'device', id: 'lamp', home: 'home' };
const gateway: Identity = { role: 'gateway', id: 'radio', topics: ['radio/+/state', 'radio/set/#'] };
const service: Identity = { role: 'service', id: 'hearth-api' };
const message = (topic: string, more = {}) => ({
  topic,
  qos: 1,
  retain: false,
  payload: Buffer.from('{}'),
  ...more,
});
const own = (kind: (typeof messageKinds)[number]): string => deviceTopic('home', 'lamp', kind);

const level = fc.constantFrom(
  'hearth', 'v1', 'v2', 'home', 'lamp', 'other', 'radio', 'state', 'set', '$SYS', '$CONTROL', '$share',
  ...messageKinds, '', '+', '#', 'a#', '\u0000', 'Lamp', '__proto__',
); // prettier-ignore
const anyTopic = fc.oneof(
  fc.array(level, { minLength: 1, maxLength: 7 }).map((levels) => levels.join('/')),
  fc.string({ maxLength: 40 }),
  fc.constantFrom(...messageKinds).map(own),
);

test('a device writes exactly its four topics and hears exactly its two, whatever the name', () => {
  const writes = new Set(deviceWrites.map(own));
  const reads = new Set(deviceReads.map(own));
  fc.assert(
    fc.property(anyTopic, (topic) => {
      expect(checkPublish(device, message(topic)) === null).toBe(writes.has(topic));
      expect(checkSubscribe(device, topic) === null).toBe(reads.has(topic));
      expect(mayReceive(device, topic)).toBe(reads.has(topic));
      expect(checkWill(device, message(topic)) === null).toBe(topic === own('status'));
    }),
    { numRuns: 2000 },
  );
});

test('a gateway never reaches native topics, $SYS or $CONTROL, even with a credential that says so', () => {
  const greedy: Identity = { role: 'gateway', id: 'radio', topics: ['#', '+/#', 'hearth/v1/#', '$SYS/#'] };
  fc.assert(
    fc.property(anyTopic, (topic) => {
      const isForbidden = topic.startsWith('$') || filterMatches('hearth/v1/#', topic);
      if (!isForbidden) return;
      expect(checkPublish(greedy, message(topic))).not.toBeNull();
      expect(checkSubscribe(greedy, topic)).not.toBeNull();
      expect(mayReceive(greedy, topic)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test('what a gateway may subscribe to brings nothing that it may not receive', () => {
  fc.assert(
    fc.property(anyTopic, anyTopic, (filter, topic) => {
      if (checkSubscribe(gateway, filter) !== null || !isTopicName(topic)) return;
      if (filterMatches(filter, topic)) expect(mayReceive(gateway, topic)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test('a covering filter matches all that the covered one does, and such two overlap', () => {
  fc.assert(
    fc.property(anyTopic, anyTopic, anyTopic, (outer, inner, topic) => {
      if (![outer, inner].every(isTopicFilter) || !isTopicName(topic)) return;
      const [inOuter, inInner] = [filterMatches(outer, topic), filterMatches(inner, topic)];
      if (filterCovers(outer, inner) && inInner) expect(inOuter).toBe(true);
      if (inOuter && inInner) expect(filtersOverlap(outer, inner)).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test.each<[filter: string, topic: string, matches: boolean]>([
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/+', 'a', false],
  ['a/+', 'a/', true],
  ['+/b', '/b', true],
  ['#', '$SYS/x', false],
  ['+/x', '$SYS/x', false],
  ['$SYS/#', '$SYS/x', true],
  ['a/b', 'a/bc', false],
])('the filter %s and the topic %s: %s', (filter, topic, matches) => {
  expect(filterMatches(filter, topic)).toBe(matches);
});

test.each(['a#', 'a/#/b', 'a+/b', '+a', 'a\u0000b', '', 'a\u202eb', '\ufffd', 'x'.repeat(257)])(
  'the filter %j is refused to everybody',
  (filter) => {
    for (const identity of [device, gateway, service])
      expect(checkSubscribe(identity, filter)).not.toBeNull();
  },
);

test.each<[what: string, identity: Identity, topic: string, more: object, rule: string | null]>([
  ['a retained reading', device, own('reading'), { retain: true }, null],
  ['a retained response', device, own('response'), { retain: true }, 'retain'],
  ['a reading with QoS 2', device, own('reading'), { qos: 2 }, 'qos'],
  ['a payload of 8192 bytes', device, own('about'), { payload: Buffer.alloc(8192) }, null],
  ['a payload of 8193 bytes', device, own('about'), { payload: Buffer.alloc(8193) }, 'size'],
  ['a request by a device', device, own('request'), {}, 'foreign-topic'],
  ['the same device of another home', device, 'hearth/v1/cabin/lamp/reading', {}, 'foreign-topic'],
  ['1 MB of a gateway', gateway, 'radio/a/state', { payload: Buffer.alloc(1_048_576) }, null],
  ['more of a gateway', gateway, 'radio/a/state', { payload: Buffer.alloc(1_048_577) }, 'size'],
  ['a gateway beside its filter', gateway, 'radio/a/b/state', {}, 'foreign-topic'],
  ['a control request', service, '$CONTROL/hearth/v1/request', {}, null],
  ['a retained control request', service, '$CONTROL/hearth/v1/request', { retain: true }, 'control'],
  ['a control response by a client', service, '$CONTROL/hearth/v1/response', {}, 'control'],
  ['a $SYS message', service, '$SYS/x', {}, 'control'],
  ['a control character', service, 'a\u0007', {}, 'topic-name'],
])('publishing %s', (_what, identity, topic, more, rule) => {
  expect(checkPublish(identity, message(topic, more))?.rule ?? null).toBe(rule);
});
