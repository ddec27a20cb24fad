import { createHash } from 'node:crypto';
import { createLog } from '@hearth/part';
import { expect, test } from 'vitest';
import {
  change,
  connackOf,
  connect,
  connectDevice,
  connectService,
  credential,
  startTestBroker,
} from '../testing.ts';
import { startRotation } from './rotation.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const rotate = (id: string, secret: string) => ({ rotate: [{ id, secretSha256: sha256(secret) }] });

test('the first connection with the next secret ends the former one, and what is connected with it', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, {
    add: [credential('radio', { role: 'gateway', topics: ['radio/#'] })],
  });
  await using one = await connectDevice(broker, 'radio', { clientId: 'one' });
  await using two = await connectDevice(broker, 'radio', { clientId: 'two', clean: false });
  await two.client.subscribeAsync('radio/kept', { qos: 1 });
  expect(await change(service, rotate('radio', 'next'))).toEqual({ id: expect.any(String) as string });
  await one.client.publishAsync('radio/x', '', { qos: 1 });
  expect(one.isClosed() || two.isClosed()).toBe(false);

  await using next = await connect(broker.url, { clientId: 'one', username: 'radio', password: 'next' });
  await expect.poll(() => one.isClosed() && two.isClosed()).toBe(true);
  const former = { clientId: 'two', username: 'radio', password: 'secret of radio' };
  expect(await connackOf(broker.url, former)).toBe(5);
  await next.client.publishAsync('radio/kept', 'while two was away', { qos: 1 });
  // Its session outlasts the secret that it began with.
  await using back = await connect(broker.url, { ...former, password: 'next', clean: false });
  await expect.poll(() => back.received.map(({ payload }) => payload)).toEqual(['while two was away']);
  expect(next.isClosed()).toBe(false);
});

test('a secret for a credential that is not there is refused', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  expect((await change(service, rotate('lamp', 'next'))).error).toBe('There is no credential "lamp".');
});

test('a disk that takes no writes shuts nobody out', () => {
  const full = () => {
    throw new Error('database or disk is full');
  };
  const cut: string[] = [];
  using rotation = startRotation(
    { promote: full, promoteOverdue: full },
    { cut: (ids) => cut.push(...ids) },
    createLog('broker', 'silent'),
  );
  rotation.nextSecretUsed('lamp');
  expect(cut).toEqual([]);
});

test('what is connected with a secret that runs out is cut', () => {
  const cut: string[] = [];
  using _ = startRotation(
    { promote: () => {}, promoteOverdue: (now) => (now === 7 ? ['lamp'] : []) },
    { cut: (ids) => cut.push(...ids) },
    createLog('broker', 'silent'),
    () => 7,
  );
  expect(cut).toEqual(['lamp']);
});
