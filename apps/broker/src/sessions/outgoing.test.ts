import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutgoingQueue } from './outgoing.ts';

test('messages stay in order until each is acknowledged, also when packet ids meet', () => {
  const step = fc.record({
    verb: fc.constantFrom('append', 'send', 'ack'),
    messageId: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = createOutgoingQueue();
      const model: { counter: number; messageId?: number; sentAt?: number }[] = [];
      let counter = 0;
      for (const { verb, messageId } of steps) {
        if (verb === 'append') {
          queue.append(++counter, { cmd: 'publish', brokerId: 'b', brokerCounter: counter });
          model.push({ counter });
        } else if (verb === 'send') {
          const next = model.find((message) => message.messageId === undefined);
          if (!next) continue;
          Object.assign(next, { messageId });
          expect(queue.noteSent({ cmd: 'publish', brokerCounter: next.counter, messageId })).toBe(true);
        } else {
          const index = model.findIndex((message) => message.messageId === messageId);
          expect(queue.acknowledge(messageId)?.brokerCounter).toBe(model[index]?.counter);
          if (index >= 0) model.splice(index, 1);
        }
      }
      expect(queue.all().map(({ brokerCounter }) => brokerCounter)).toEqual(model.map((m) => m.counter));
      expect(queue.unsent().length).toBe(model.filter((m) => m.messageId === undefined).length);
    }),
  );
});

test('a PUBREL takes the place of its message', () => {
  const queue = createOutgoingQueue();
  queue.append(1, { cmd: 'publish', brokerCounter: 1 });
  queue.append(2, { cmd: 'publish', brokerCounter: 2 });
  queue.noteSent({ cmd: 'publish', brokerCounter: 1, messageId: 9 });
  expect(queue.noteSent({ cmd: 'pubrel', messageId: 9 })).toBe(true);
  expect(queue.all().map(({ cmd }) => cmd)).toEqual(['pubrel', 'publish']);
  expect(queue.acknowledge(9)?.cmd).toBe('pubrel');
  expect(queue.length).toBe(1);
});
