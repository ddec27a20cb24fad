import { expect, test, vi } from 'vitest';
import { createGroup, type MemberDevice } from './group.ts';
import { soon } from './test-bridge.ts';

/** Two members of one group on a wire that brings what either says to both. */
function createPair() {
  const wire: { topic: string; payload: string }[] = [];
  const heard: string[] = [];
  const devices = new Map<string, MemberDevice | null>();
  const member = (name: string) =>
    createGroup({
      name: 'home',
      member: name,
      async publish(topic, payload) {
        wire.push({ topic, payload: String(payload) });
      },
      onStored: (device, { boot, seq }) => heard.push(`${name} hears ${device} ${boot}/${seq}`),
      onReceipt: (device, { boot, seq }) =>
        heard.push(`${name}: ${device} has its receipt to ${boot}/${seq}`),
      onDevice: (id, device) => devices.set(`${name} ${id}`, device),
    });
  const [one, other] = [member('one'), member('other')];
  const hear = (group: typeof one, topic: string, payload: string): boolean =>
    group.hear({
      topic,
      payload: Buffer.from(payload),
      qos: 1,
      isRetained: false,
      receivedAt: 0,
      acknowledge: () => {},
    });
  return { wire, heard, devices, one, other, hear };
}
const readingOf = (boot: number, seq: number): string => JSON.stringify({ boot, seq, values: {} });
const readingTopic = 'hearth/v1/home/hall/reading';
const receiptTopic = 'hearth/v1/home/hall/receipt';

test('what one member has stored the other does not store again, and its receipts know of it', async () => {
  const { wire, heard, one, other, hear } = createPair();
  expect(hear(other, readingTopic, readingOf(1, 1))).toBe(false);
  one.noteStored('hall', { boot: 1, seq: 1 });
  one.noteStored('hall', { boot: 1, seq: 3 });
  await vi.waitFor(() => expect(wire).toHaveLength(1), soon);
  for (const group of [one, other]) expect(hear(group, wire[0]!.topic, wire[0]!.payload)).toBe(true);
  expect(heard).toEqual(['other hears hall 1/1', 'other hears hall 1/3']);
  expect([1, 2, 3].map((seq) => hear(other, readingTopic, readingOf(1, seq)))).toEqual([true, false, true]);
});

test('a receipt covers all readings up to it, and none of a later boot', () => {
  const { one, hear } = createPair();
  hear(one, receiptTopic, '{"boot":2,"seq":5}');
  expect(hear(one, readingTopic, readingOf(1, 900))).toBe(true);
  expect(hear(one, readingTopic, readingOf(2, 5))).toBe(true);
  expect(hear(one, readingTopic, readingOf(2, 6))).toBe(false);
  expect(hear(one, readingTopic, readingOf(3, 1))).toBe(false);
});

test('a receipt is never taken back by a member that knows less, until the device is removed', () => {
  const { heard, one, hear } = createPair();
  hear(one, receiptTopic, '{"boot":2,"seq":5}');
  hear(one, receiptTopic, '{"boot":2,"seq":3}');
  expect(heard).toEqual(['one: hall has its receipt to 2/5']);
  expect(one.isOlderReceipt('hall', { boot: 2, seq: 4 })).toBe(true);
  expect(one.isOlderReceipt('hall', { boot: 2, seq: 5 })).toBe(false);
  hear(one, receiptTopic, '');
  expect(one.isOlderReceipt('hall', { boot: 1, seq: 1 })).toBe(false);
  expect(hear(one, readingTopic, readingOf(1, 1))).toBe(false);
});

test('a device of one is a device of the other, and its removal too; nonsense is neither', async () => {
  const { wire, devices, one, other, hear } = createPair();
  await one.tellDevice('hall', { name: 'Hall', role: 'device' });
  await one.tellDevice('hall', null);
  for (const group of [one, other]) hear(group, wire[0]!.topic, wire[0]!.payload);
  expect([...devices]).toEqual([['other hall', expect.objectContaining({ name: 'Hall', role: 'device' })]]);
  hear(other, wire[1]!.topic, wire[1]!.payload);
  expect(devices.get('other hall')).toBeNull();
  for (const payload of ['{', '{"role":"owner"}', 'null'])
    hear(other, 'hearth/peers/home/device/attic', payload);
  hear(other, 'hearth/peers/home/device/__proto__', '{"from":"x","name":"x","role":"device"}');
  hear(other, 'hearth/peers/home/stored', '{"from":"x","stored":{"hall":[["a",1]]}}');
  expect(devices.size).toBe(1);
});
