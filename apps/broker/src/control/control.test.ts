import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deviceTopic, refusedTopic, type Refused } from '@hearth/contract';
import { expect, test } from 'vitest';
import {
  change,
  connackOf,
  connectDevice,
  connectService,
  credential,
  expectAlive,
  startTestBroker,
} from '../testing.ts';

const topic = (id: string, kind: 'status' | 'reading' | 'receipt' | 'request'): string =>
  deviceTopic('home', id, kind);

test('a device connects once it was added, and no more once it was revoked', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  const options = { clientId: 'lamp', username: 'lamp', password: 'secret of lamp' };
  expect(await connackOf(broker.url, options)).toBe(5);
  expect(await change(service, { add: [credential('lamp')] })).toEqual({ id: expect.any(String) as string });
  expect(await connackOf(broker.url, options)).toBe(0);
  await change(service, { revoke: ['lamp'] });
  expect(await connackOf(broker.url, options)).toBe(5);
});

test('revoking cuts live connections within a second and their wills do not fire', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, {
    add: [credential('lamp'), credential('radio', { role: 'gateway', topics: ['radio/#'] })],
  });
  await service.client.subscribeAsync(['hearth/v1/#', 'radio/#'], { qos: 1 });
  const will = {
    topic: topic('lamp', 'status'),
    payload: Buffer.from('gone'),
    qos: 1,
    retain: true,
  } as const;
  await using lamp = await connectDevice(broker, 'lamp', { will, clean: false });
  await using radio = await connectDevice(broker, 'radio', {
    clientId: 'a',
    will: { ...will, topic: 'radio/status' },
  });
  await lamp.client.publishAsync(topic('lamp', 'status'), 'here', { qos: 1, retain: true });

  const start = performance.now();
  await change(service, { revoke: ['lamp', 'radio'] });
  await expect.poll(() => lamp.isClosed() && radio.isClosed(), { interval: 5 }).toBe(true);
  expect(performance.now() - start).toBeLessThan(1000);
  await service.client.publishAsync('radio/last', 'x', { qos: 1 });
  await expect.poll(() => service.received.at(-1)?.topic).toBe('radio/last');
  expect(service.received.map(({ payload }) => payload)).not.toContain('gone');
});

test('a device that is added again finds nothing of the one before', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, { add: [credential('lamp')] });
  {
    await using lamp = await connectDevice(broker, 'lamp', { clean: false });
    await lamp.client.subscribeAsync([topic('lamp', 'request'), topic('lamp', 'receipt')], { qos: 1 });
  }
  await service.client.publishAsync(topic('lamp', 'request'), 'queued', { qos: 1 });
  await service.client.publishAsync(topic('lamp', 'receipt'), 'kept', { qos: 1, retain: true });
  await change(service, { revoke: ['lamp'] });
  await change(service, { add: [credential('lamp')] });
  await using lamp = await connectDevice(broker, 'lamp', { clean: false });
  await lamp.client.subscribeAsync(topic('lamp', 'receipt'), { qos: 1 });
  await service.client.publishAsync(topic('lamp', 'receipt'), 'new', { qos: 1 });
  await expect.poll(() => lamp.received.map(({ payload }) => payload)).toEqual(['new']);
});

test('a new secret cuts the connection made with the old one; the same again does not', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, { add: [credential('lamp')] });
  await using lamp = await connectDevice(broker, 'lamp');
  await change(service, { add: [credential('lamp')] });
  await lamp.client.publishAsync(topic('lamp', 'reading'), '{}', { qos: 1 });
  expect(lamp.isClosed()).toBe(false);
  await change(service, { add: [credential('lamp', { secretSha256: 'ab'.repeat(32) })] });
  await expect.poll(lamp.isClosed).toBe(true);
});

test('a copy of the credentials is beside their file when the answer comes, and none of them goes over the wire', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, { add: [credential('lamp')] });
  const answer = await change(service, { copy: true });
  expect(answer.copy).toEqual({ file: 'credentials.copy', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(JSON.stringify(answer)).not.toContain(credential('lamp').secretSha256);
  expect(existsSync(join(broker.dataDir, 'broker', answer.copy!.file))).toBe(true);
});

test.each([
  ['an unknown field', { add: [], more: 1 }],
  ['a secret in place of its hash', { add: [credential('lamp', { secretSha256: 'secret' })] }],
  ['an id that is not one', { add: [credential('La/mp')] }],
  ['an id of the server', { add: [credential('hearth-api')] }],
  ['a device with topics', { add: [credential('lamp', { topics: ['lamp/#'] })] }],
  ['a gateway of everything', { add: [credential('radio', { role: 'gateway', topics: ['#'] })] }],
  ['a gateway of any first level', { add: [credential('radio', { role: 'gateway', topics: ['+/v1/#'] })] }],
  ['a gateway of native topics', { add: [credential('radio', { role: 'gateway', topics: ['hearth/+/x'] })] }],
  ['a gateway of $SYS', { add: [credential('radio', { role: 'gateway', topics: ['$SYS/#'] })] }],
  ['a gateway of no filter', { add: [credential('radio', { role: 'gateway', topics: ['a#'] })] }],
])('a request with %s is answered with an error and changes nothing', async (_what, request) => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  const response = await change(service, { ...request, add: [credential('good'), ...request.add] });
  expect(response.error).toEqual(expect.any(String));
  expect(
    await connackOf(broker.url, { clientId: 'good', username: 'good', password: 'secret of good' }),
  ).toBe(5);
});

test('requests that are no JSON at all are left unanswered and harm nothing', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  for (const payload of ['', '{', 'null', '[]', '{"__proto__":{"id":"x"}}', '{"id":7}', '['.repeat(50_000)])
    await service.client.publishAsync('$CONTROL/hearth/v1/request', payload, { qos: 1 });
  await expectAlive(broker);
});

test('a known client that is turned away is reported at once, then once a second with a count', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, { add: [credential('lamp')] });
  await service.client.subscribeAsync(refusedTopic, { qos: 1 });
  await using lamp = await connectDevice(broker, 'lamp');
  for (let i = 0; i < 20; i++) await lamp.client.subscribeAsync(`#`, { qos: 1 }).catch(() => {});
  const refusals = () =>
    service.received
      .filter((message) => message.topic === refusedTopic)
      .map(({ payload }) => JSON.parse(payload) as Refused);
  await expect.poll(() => refusals().reduce((sum, { count }) => sum + count, 0), { timeout: 5000 }).toBe(20);
  expect(refusals().length).toBeLessThanOrEqual(3);
  expect(refusals()[0]).toMatchObject({ client: 'lamp', rule: 'foreign-filter', count: 1 });
});
