import { createLog } from '@hearth/part';
import { Aedes } from 'aedes';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { connackOf, connect } from '../testing.ts';
import { guardHooks, settle, type Decisions } from './hooks.ts';

const allow: Decisions = {
  preConnect: () => true,
  authenticate: () => 0,
  authorizePublish: (_client, _packet, answer) => answer(null),
  authorizeSubscribe: () => true,
  authorizeForward: () => true,
};
const throwing = (): never => {
  throw new Error('a bug');
};
const log = createLog('test', 'silent');

async function startWith(decisions: Partial<Decisions>) {
  const aedes = new Aedes(guardHooks({ ...allow, ...decisions }, log));
  await aedes.listen();
  const server = createServer((socket) => void aedes.handle(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a decision that throws refuses, and the broker lives on', async () => {
  await using preConnect = await startWith({ preConnect: throwing });
  expect(await connackOf(preConnect.url, {})).toBe('closed');
  await using authenticate = await startWith({ authenticate: throwing });
  expect(await connackOf(authenticate.url, {})).toBe(5);
  await using publish = await startWith({ authorizePublish: throwing, authorizeForward: throwing });
  await using peer = await connect(publish.url, {});
  expect((await peer.client.subscribeAsync('a', { qos: 1 }))[0]?.qos).toBe(1);
  peer.client.publish('a', 'x', { qos: 1 });
  await expect.poll(peer.isClosed).toBe(true);
  await using subscribe = await startWith({ authorizeSubscribe: throwing });
  await using other = await connect(subscribe.url, {});
  await expect(other.client.subscribeAsync('a')).rejects.toThrow();
  expect(other.isClosed()).toBe(false);
});

test('a decision that is rejected or comes too late refuses once', async () => {
  const told: string[] = [];
  const failures: string[] = [];
  const run = (ask: () => Promise<string>): void =>
    settle(
      ask,
      'refused',
      (answer) => told.push(answer),
      (error) => failures.push((error as Error).message),
      20,
    );
  const late = Promise.withResolvers<string>();
  run(() => late.promise);
  run(() => Promise.reject(new Error('no')));
  run(() => Promise.resolve('granted'));
  await expect.poll(() => told.toSorted()).toEqual(['granted', 'refused', 'refused']);
  late.resolve('granted');
  await late.promise;
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(told.length).toBe(3);
  expect(failures.toSorted()).toEqual(['no', 'no decision within 20 ms']);
});
