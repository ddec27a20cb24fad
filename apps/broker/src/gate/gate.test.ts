import { deviceTopic } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { Aedes, type AedesPublishPacket, type Client } from 'aedes';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCredentials } from '../identity/credentials.ts';
import { serviceQueueMax } from '../limits.ts';
import { followQueues } from '../sessions/catch-up.ts';
import { openSessions } from '../sessions/sessions.ts';
import { createRefusals } from '../telling/refusals.ts';
import { connect, credential, temporaryFolder } from '../testing.ts';
import { createConnections } from './connections.ts';
import { createGate } from './gate.ts';
import { guardHooks } from './hooks.ts';

/** The gate in front of sessions that store whatever they are offered, and a queue as long as told. */
async function startWithLeakySessions(queueLength = 0) {
  await using open = new AsyncDisposableStack();
  const folder = open.use(temporaryFolder()).path;
  const credentials = open.use(openCredentials(folder));
  credentials.change({ add: [credential('hall'), credential('bath')] });
  const log = createLog('test', 'silent');
  const rules = { isGranted: () => true, bounds: () => ({ messages: 100, bytes: 100_000 }) };
  const stored = open.use(openSessions({ path: join(folder, 'sessions.db') }, rules, log));
  const sessions = { ...stored, queueLength: () => queueLength };
  const refusals = open.use(createRefusals(() => {}, log));
  const connections = createConnections();
  const gate = createGate({
    credentials,
    nextSecretUsed: () => {},
    serviceSecret: 'service',
    connections,
    sessions,
    refusals,
    flapping: { connect: () => null },
  });
  const aedes = new Aedes({ ...guardHooks(gate, log), persistence: sessions });
  followQueues(aedes, connections, stored);
  await aedes.listen();
  const server = createServer((socket) => void aedes.handle(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  open.defer(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  open.defer(() => new Promise<void>((resolve) => aedes.close(resolve)));
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const parts = open.move();
  return {
    stored,
    gate,
    aedes,
    connections,
    device: (id: string, clean = true) =>
      connect(url, { clientId: id, username: id, password: `secret of ${id}`, clean }),
    service: () =>
      connect(url, { clientId: 'hearth-api', username: 'hearth-api', password: 'service', clean: false }),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

const secret = deviceTopic('home', 'bath', 'request');
const own = deviceTopic('home', 'hall', 'request');

test('a foreign filter in a stored session brings nothing, even with many messages queued', async () => {
  await using broker = await startWithLeakySessions();
  await using service = await broker.service();
  await broker.stored.addSubscriptions({ id: 'hall' }, [
    { topic: secret, qos: 1 },
    { topic: own, qos: 1 },
  ]);
  const publish = (topic: string, payload: string) => service.client.publishAsync(topic, payload, { qos: 1 });
  for (let i = 0; i < 40; i++) await publish(secret, String(i));
  await publish(own, 'mine');
  await using hall = await broker.device('hall', false);
  await expect.poll(() => hall.received.map(({ payload }) => payload)).toEqual(['mine']);
  await publish(secret, 'more');
  await publish(own, 'again');
  await expect.poll(() => hall.received.map(({ payload }) => payload)).toEqual(['mine', 'again']);
});

test('with the queue of the api full a device is turned away before its message is acknowledged', async () => {
  await using broker = await startWithLeakySessions(serviceQueueMax.messages);
  await using service = await broker.service();
  await using hall = await broker.device('hall');
  let isAcknowledged = false;
  hall.client.publish(deviceTopic('home', 'hall', 'reading'), '{}', { qos: 1 }, (error) => {
    isAcknowledged = !error;
  });
  await expect.poll(hall.isClosed).toBe(true);
  expect(isAcknowledged).toBe(false);
  await service.client.publishAsync(own, 'still', { qos: 1 });
});

test('what aedes still has for a connection that has ended stays in the queue for the next one', async () => {
  await using broker = await startWithLeakySessions();
  await using service = await broker.service();
  const hall = await broker.device('hall', false);
  await hall.client.subscribeAsync(own, { qos: 1 });
  const ended = (broker.aedes as unknown as { clients: Record<string, Client> }).clients['hall']!;
  await hall[Symbol.asyncDispose]();
  await expect.poll(() => ended.closed).toBe(true);
  await service.client.publishAsync(own, 'mine', { qos: 1 });
  await expect.poll(() => broker.stored.kept('hall')).toMatchObject([{ topic: own, isInFlight: false }]);

  const { counter: brokerCounter } = broker.stored.kept('hall')[0]!;
  const late = {
    cmd: 'publish',
    topic: own,
    payload: 'mine',
    qos: 1,
    brokerCounter,
    retain: false,
    dup: false,
  };
  expect(broker.gate.authorizeForward(ended, late as AedesPublishPacket)).toBe(false);
  expect(broker.stored.kept('hall')).toMatchObject([{ topic: own, isInFlight: false }]);
});

test('a message that the full queue left out does not overtake those that wait in it', async () => {
  await using broker = await startWithLeakySessions();
  await using hall = await broker.device('hall', false);
  await hall.client.subscribeAsync(own, { qos: 1 });
  const client = (broker.aedes as unknown as { clients: Record<string, Client> }).clients['hall']!;
  const leftOut = (): AedesPublishPacket => ({
    cmd: 'publish',
    topic: own,
    payload: 'new',
    qos: 1,
    brokerId: 'x',
    brokerCounter: 1_000_000,
    retain: false,
    dup: false,
  });
  const connection = broker.connections.of(client)!;
  connection.isCatchingUp = true;
  expect(broker.gate.authorizeForward(client, leftOut())).toBe(false);
  connection.isCatchingUp = false;
  expect(broker.gate.authorizeForward(client, leftOut())).toBe(true);
});
