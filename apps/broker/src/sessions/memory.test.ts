import { expect, test } from 'vitest';
import { createSessions } from './memory.ts';
import type { Outgoing } from './outgoing.ts';

const start = (isGranted = (_client: object, _filter: string) => true, queueMax = 3) =>
  createSessions({ isGranted, queueMax: () => queueMax });
const message = (brokerCounter: number, more: Outgoing = { cmd: 'publish' }): Outgoing => ({
  topic: 'a/b',
  payload: Buffer.from('x'),
  qos: 1,
  retain: true,
  brokerId: 'broker',
  brokerCounter,
  ...more,
});

/** Keeps a message as aedes does: for whoever left a subscription to its topic. */
function keep(sessions: ReturnType<typeof start>, kept: Outgoing): void {
  sessions
    .subscriptionsByTopic(kept.topic!)
    .then((subscribers) => void sessions.outgoingEnqueueCombi(subscribers, kept));
}
async function collect(stream: AsyncIterable<Outgoing>): Promise<Outgoing[]> {
  const all: Outgoing[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

test('of a SUBSCRIBE with refused filters only the granted ones are stored', async () => {
  const sessions = start((_client, filter) => filter === 'a/b');
  await sessions.addSubscriptions({ id: 'one' }, [
    { topic: 'a/b', qos: 1 },
    { topic: '#', qos: 1 },
    { topic: 'secret', qos: 1 },
  ]);
  expect(await sessions.subscriptionsByClient({ id: 'one' })).toEqual([
    { clientId: 'one', topic: 'a/b', qos: 1 },
  ]);
  keep(sessions, message(1, { cmd: 'publish', topic: 'secret' }));
  expect(sessions.queueLength('one')).toBe(0);
});

test('a message is kept once for each session, with the granted QoS and without the retain flag', async () => {
  const sessions = start();
  await sessions.addSubscriptions({ id: 'one' }, [
    { topic: 'a/+', qos: 1 },
    { topic: 'a/b', qos: 1 },
  ]);
  await sessions.addSubscriptions({ id: 'zero' }, [{ topic: 'a/b', qos: 0 }]);
  keep(sessions, message(1, { cmd: 'publish', qos: 2 }));
  expect(await collect(sessions.outgoingStream({ id: 'one' }))).toMatchObject([{ qos: 1, retain: false }]);
  expect(sessions.queueLength('zero')).toBe(0);
});

test('a full queue leaves out what comes, and keeps what it has', async () => {
  const sessions = start();
  await sessions.addSubscriptions({ id: 'one' }, [{ topic: 'a/b', qos: 1 }]);
  for (const counter of [1, 2, 3, 4, 5]) keep(sessions, message(counter));
  expect(sessions.unsent('one').map(({ brokerCounter }) => brokerCounter)).toEqual([1, 2, 3]);
});

test('a forgotten session has no subscriptions and no messages', async () => {
  const sessions = start();
  for (const id of ['one', 'one/a', 'two'])
    await sessions.addSubscriptions({ id }, [{ topic: 'a/b', qos: 1 }]);
  keep(sessions, message(1));
  sessions.forget((clientId) => clientId.startsWith('one'));
  keep(sessions, message(2));
  expect(['one', 'one/a', 'two'].map((id) => sessions.queueLength(id))).toEqual([0, 0, 2]);
});

test('retained messages are found by exact filter and by wildcard, once each, and an empty one removes', async () => {
  const sessions = start();
  for (const topic of ['a/b', 'a/c', 'd', '$SYS/x'])
    sessions.storeRetained(message(1, { cmd: 'publish', topic }));
  sessions.storeRetained(message(2, { cmd: 'publish', topic: 'a/c', payload: '' }));
  const topics = async (...filters: string[]) =>
    (await collect(sessions.createRetainedStreamCombi(filters))).map(({ topic }) => topic);
  expect(await topics('a/b', 'a/+', 'a/#')).toEqual(['a/b']);
  expect(await topics('#')).toEqual(['a/b', 'd']);
});
