import { deviceTopic } from '@hearth/contract';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  change,
  connectDevice,
  connectPacket,
  connectService,
  credential,
  openSocket,
  startBrokerIn,
  temporaryFolder,
  type TestBroker,
} from '../testing.ts';
import { openCredentials } from './credentials.ts';

const topic = (kind: 'status' | 'reading' | 'receipt' | 'request') => deviceTopic('home', 'lamp', kind);
const will = { topic: topic('status'), payload: Buffer.from('gone'), qos: 1, retain: true } as const;

/** A durable session of the lamp, absent, with three messages in its queue and two retained. */
async function leaveQueue(broker: TestBroker): Promise<void> {
  await using service = await connectService(broker);
  await change(service, { add: [credential('lamp')] });
  {
    await using lamp = await connectDevice(broker, 'lamp', { clean: false });
    await lamp.client.subscribeAsync(topic('request'), { qos: 1 });
    await lamp.client.publishAsync(topic('reading'), 'old', { qos: 1, retain: true });
  }
  await service.client.publishAsync(topic('receipt'), 'old', { qos: 1, retain: true });
  for (const text of ['1', '2', '3']) await service.client.publishAsync(topic('request'), text, { qos: 1 });
}

/** A lamp that was added anew finds no session, message or retained value of the one before. */
async function expectNothingLeft(broker: TestBroker): Promise<void> {
  await using service = await connectService(broker);
  await using lamp = await connectDevice(broker, 'lamp', { clean: false });
  await lamp.client.subscribeAsync(topic('receipt'), { qos: 1 });
  await service.client.subscribeAsync('hearth/v1/#', { qos: 1 });
  await service.client.publishAsync(topic('receipt'), 'new', { qos: 1 });
  await expect.poll(() => lamp.received.at(-1)?.payload).toBe('new');
  expect(lamp.received.map(({ payload }) => payload)).toEqual(['new']);
  const native = service.received.filter((message) => message.topic.startsWith('hearth/'));
  expect(native.map(({ payload }) => payload)).toEqual(['new']);
}

test('revoking cuts the live session, its queue and its will within a second, for good', async () => {
  using folder = temporaryFolder();
  {
    await using broker = await startBrokerIn(folder.path);
    await leaveQueue(broker);
    await using service = await connectService(broker);
    await service.client.subscribeAsync(topic('status'), { qos: 1 });
    // It reads its queue and acknowledges nothing: all of it is still kept.
    using lamp = await openSocket(broker.url);
    lamp.send(connectPacket('lamp', { clean: false, will }));
    await expect.poll(() => lamp.answers.filter(({ cmd }) => cmd === 'publish').length).toBe(3);
    const startedAt = performance.now();
    const closed = new Promise<number>((resolve) => {
      lamp.socket.once('close', () => resolve(performance.now() - startedAt));
    });
    expect((await change(service, { revoke: ['lamp'] })).error).toBeUndefined();
    const answeredMs = performance.now() - startedAt;
    const closedMs = await closed;
    expect(Math.max(closedMs, answeredMs)).toBeLessThan(1000);
    await service.client.publishAsync(topic('status'), 'barrier', { qos: 1 });
    await expect.poll(() => service.received.at(-1)?.payload).toBe('barrier');
    expect(service.received.map(({ payload }) => payload)).not.toContain('gone');
    await service.client.publishAsync(topic('status'), '', { qos: 1, retain: true });
  }
  await using broker = await startBrokerIn(folder.path);
  {
    await using service = await connectService(broker);
    await change(service, { add: [credential('lamp')] });
  }
  await expectNothingLeft(broker);
});

test('what was revoked while the broker did not run is forgotten when it starts, also when it was added again', async () => {
  using folder = temporaryFolder();
  {
    await using broker = await startBrokerIn(folder.path);
    await leaveQueue(broker);
  }
  {
    using credentials = openCredentials(join(folder.path, 'broker'));
    credentials.change({ revoke: ['lamp'] });
    credentials.change({ add: [credential('lamp')] });
  }
  await using broker = await startBrokerIn(folder.path);
  await expectNothingLeft(broker);
});
