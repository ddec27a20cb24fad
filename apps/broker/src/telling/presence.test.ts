import { deviceTopic } from '@hearth/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  change,
  connectDevice,
  connectService,
  credential,
  startTestBroker,
  type Peer,
  type TestBroker,
} from '../testing.ts';

const topic = deviceTopic('home', 'lamp', 'status');
const online = JSON.stringify({ online: true, boot: 3, conn: 2 });
const offline = JSON.stringify({ online: false, boot: 3, conn: 2 });
const retained = { qos: 1, retain: true } as const;

let broker: TestBroker;
let service: Peer;
beforeEach(async () => {
  broker = await startTestBroker();
  service = await connectService(broker, { clientId: 'hearth-api', clean: false });
  await change(service, { add: [credential('lamp')] });
  await service.client.subscribeAsync('hearth/v1/#', { qos: 1 });
});
afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
});

const heard = (): string[] =>
  service.received.filter((message) => message.topic === topic).map(({ payload }) => payload);

/** What somebody finds who subscribes now. */
async function found(): Promise<string | undefined> {
  await using late = await connectService(broker);
  await late.client.subscribeAsync([topic, 'mark'], { qos: 1 });
  await late.client.publishAsync('mark', 'x', { qos: 1 });
  await expect.poll(() => late.received.at(-1)?.topic).toBe('mark');
  return late.received.find((message) => message.topic === topic)?.payload;
}

test('a device that disconnects in order without a word is said to be offline, also to who asks later', async () => {
  const lamp = await connectDevice(broker, 'lamp');
  await lamp.client.publishAsync(topic, online, retained);
  await lamp.client.endAsync();
  await expect.poll(heard).toEqual([online, offline]);
  expect(await found()).toBe(offline);
});

test('one that says goodbye, or whose will is sent, is left to speak for itself', async () => {
  const will = { topic, payload: Buffer.from(offline), ...retained };
  for (const leave of [
    async ({ client }: Peer) => {
      await client.publishAsync(topic, offline, retained);
      await client.endAsync();
    },
    ({ client }: Peer) => void client.stream.destroy(),
  ]) {
    service.received.length = 0;
    const lamp = await connectDevice(broker, 'lamp', { will });
    await lamp.client.publishAsync(topic, online, retained);
    await leave(lamp);
    await expect.poll(() => heard().at(-1)).toBe(offline);
    // Nobody says for it that it is back: that it does itself.
    await using again = await connectDevice(broker, 'lamp');
    await again.client.publishAsync(deviceTopic('home', 'lamp', 'about'), 'here', retained);
    await expect.poll(() => service.received.at(-1)?.payload).toBe('here');
    expect(heard().lastIndexOf(online)).toBe(0);
  }
});

test('one that comes back without a word is online as it said before', async () => {
  const lamp = await connectDevice(broker, 'lamp');
  await lamp.client.publishAsync(topic, online, retained);
  await lamp.client.endAsync();
  await expect.poll(heard).toEqual([online, offline]);
  await using again = await connectDevice(broker, 'lamp');
  await expect.poll(heard).toEqual([online, offline, online]);
  expect(again.isClosed()).toBe(false);
  expect(await found()).toBe(online);
});

test('the end of a connection that a newer one replaced says nothing', async () => {
  await using older = await connectDevice(broker, 'lamp');
  await older.client.publishAsync(topic, online, retained);
  await using newer = await connectDevice(broker, 'lamp');
  await expect.poll(older.isClosed).toBe(true);
  await newer.client.publishAsync(deviceTopic('home', 'lamp', 'about'), 'here', retained);
  await expect.poll(() => service.received.at(-1)?.payload).toBe('here');
  expect(heard()).toEqual([online]);
});

test('of a device that was revoked nothing is said and nothing is kept', async () => {
  await using lamp = await connectDevice(broker, 'lamp');
  await lamp.client.publishAsync(topic, online, retained);
  await change(service, { revoke: ['lamp'] });
  await expect.poll(lamp.isClosed).toBe(true);
  expect(await found()).toBe(undefined);
  expect(heard()).toEqual([online]);
});
