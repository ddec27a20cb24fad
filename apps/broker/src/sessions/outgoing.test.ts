import { expect, test } from 'vitest';
import { createOutgoingQueue, type Kept } from './outgoing.ts';

const kept = (counter: number): Kept => ({
  row: counter,
  counter,
  qos: 2,
  topic: 'a',
  payload: new Uint8Array(),
  packetId: undefined,
  isNoted: false,
  isReleased: false,
  isInFlight: false,
});

test('what the queue has sent is not sent once more when its own turn comes, acknowledged or not', () => {
  const queue = createOutgoingQueue();
  const [first, second, third] = [kept(1), kept(2), kept(3)];
  for (const message of [first, second]) queue.append(message);
  queue.restart();
  for (const message of [first, second]) {
    expect(queue.nextUnsent()).toBe(message);
    queue.noteSent(message, message.counter);
  }
  queue.remove(first);
  expect(queue.claim(1)).toBe(false);
  expect(queue.claim(2)).toBe(false);

  queue.append(third);
  expect(queue.claim(3)).toBe(true);
  expect(queue.nextUnsent()).toBeUndefined();
});

test('what was on its way when a connection ended is sent on the next one, in order', () => {
  const queue = createOutgoingQueue();
  const [first, second] = [kept(1), kept(2)];
  for (const message of [first, second]) queue.append(message);
  expect(queue.claim(1)).toBe(true);
  queue.restart();
  for (const message of [first, second]) {
    expect(queue.nextUnsent()).toBe(message);
    queue.noteSent(message, message.counter);
  }
  expect(queue.nextUnsent()).toBeUndefined();
});
