import { deviceTopic } from '@hearth/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  change,
  connectDevice,
  connectPacket,
  connectService,
  credential,
  openSocket,
  startTestBroker,
  type Peer,
  type Received,
  type TestBroker,
} from '../testing.ts';

let broker: TestBroker;
let service: Peer;
beforeEach(async () => {
  broker = await startTestBroker();
  service = await connectService(broker);
});
afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
});

const durable = { clientId: 'hearth-api', clean: false };
const readings = 'hearth/v1/+/+/reading';
const ids = Array.from({ length: 20 }, (_, i) => `device-${i}`);
const numbers = (received: readonly Received[], topic: string): number[] =>
  received.filter((message) => message.topic === topic).map(({ payload }) => Number(payload));

/** Publishes numbers from `from` to `to` as fast as the client takes them. */
const publishAll = (
  { client }: Peer,
  topic: string,
  from: number,
  to: number,
  qos: (n: number) => 0 | 1 | 2,
) =>
  Promise.all(
    Array.from({ length: to - from + 1 }, (_, i) =>
      client.publishAsync(topic, String(from + i), { qos: qos(from + i), retain: (from + i) % 3 === 0 }),
    ),
  );
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test('20 publishers at once at mixed QoS: the connected durable api misses none and gets them in order', async () => {
  await change(service, { add: ids.map((id) => credential(id)) });
  await change(service, { add: [credential('radio', { role: 'gateway', topics: ['radio/#'] })] });
  await using api = await connectService(broker, durable);
  await api.client.subscribeAsync([readings, 'radio/#'], { qos: 2 });
  const devices = await Promise.all(ids.map((id) => connectDevice(broker, id)));
  await using gateway = await connectDevice(broker, 'radio', { clientId: 'a' });
  const perDevice = 200;
  const twos = async (): Promise<void> => {
    for (let n = 1; n <= perDevice; n += 10) await publishAll(gateway, 'radio/x', n, n + 9, () => 2);
  };
  await Promise.all([
    twos(),
    ...devices.map((device, i) =>
      publishAll(device, deviceTopic('home', ids[i]!, 'reading'), 1, perDevice, (n) => (n % 2) as 0 | 1),
    ),
  ]);
  await expect.poll(() => api.received.length, { timeout: 10_000 }).toBe(21 * perDevice);
  for (const id of ids) {
    const got = numbers(api.received, deviceTopic('home', id, 'reading'));
    const odd = (n: number): boolean => n % 2 === 1;
    expect(got.toSorted((a, b) => a - b)).toEqual(count(perDevice));
    expect(got.filter(odd)).toEqual(count(perDevice).filter(odd));
  }
  expect(numbers(api.received, 'radio/x').toSorted((a, b) => a - b)).toEqual(count(perDevice));
  await Promise.all(devices.map((device) => device[Symbol.asyncDispose]()));
});

test('retained and other messages of one packet of bytes all reach a connected subscriber', async () => {
  await change(service, { add: [credential('radio', { role: 'gateway', topics: ['radio/#'] })] });
  await using api = await connectService(broker, durable);
  await api.client.subscribeAsync('radio/#', { qos: 1 });
  await using gateway = await connectDevice(broker, 'radio', { clientId: 'a' });
  gateway.client.stream.cork();
  for (const n of count(60))
    gateway.client.publish(`radio/${n}`, String(n), { qos: (n % 2) as 0 | 1, retain: n % 3 === 0 });
  gateway.client.stream.uncork();
  await expect
    .poll(() => api.received.map(({ payload }) => Number(payload)).toSorted((a, b) => a - b))
    .toEqual(count(60));
});

test('the api that was killed gets what came meanwhile, in order, while devices keep publishing', async () => {
  await change(service, { add: ids.map((id) => credential(id)) });
  const first = await connectService(broker, durable);
  await first.client.subscribeAsync(readings, { qos: 1 });
  const devices = await Promise.all(ids.map((id) => connectDevice(broker, id)));
  const publish = (from: number, to: number) =>
    Promise.all(
      devices.map((device, i) =>
        publishAll(device, deviceTopic('home', ids[i]!, 'reading'), from, to, () => 1),
      ),
    );
  await publish(1, 20);
  first.client.stream.destroy();
  await first[Symbol.asyncDispose]();
  await publish(21, 120);
  const during = publish(121, 320);
  await using second = await connectService(broker, durable);
  await during;
  await publish(321, 340);

  const topics = ids.map((id) => deviceTopic('home', id, 'reading'));
  await expect
    .poll(() => topics.every((topic) => numbers(second.received, topic).at(-1) === 340), { timeout: 10_000 })
    .toBe(true);
  for (const topic of topics) {
    const got = numbers(second.received, topic);
    expect(got).toEqual(count(340).slice(got[0]! - 1));
    expect(got[0]).toBeLessThanOrEqual(21);
  }
  expect(second.received.every(({ retain }) => !retain)).toBe(true);
  await Promise.all(devices.map((device) => device[Symbol.asyncDispose]()));
});

test('what was sent and not acknowledged comes again, with the rest behind it', async () => {
  await change(service, { add: [credential('lamp')] });
  await using lamp = await connectDevice(broker, 'lamp');
  const topic = deviceTopic('home', 'lamp', 'reading');
  const open = async () => {
    const peer = await openSocket(broker.url);
    peer.send(connectPacket('hearth-api', { clean: false, password: Buffer.from(broker.serviceSecret) }));
    await expect.poll(() => peer.answers[0]?.cmd).toBe('connack');
    const got = () =>
      peer.answers.flatMap((p) => (p.cmd === 'publish' ? [Number(p.payload.toString())] : []));
    const acknowledge = (n: number): void => {
      const packet = peer.answers.find((p) => p.cmd === 'publish' && p.payload.toString() === String(n));
      if (packet) peer.send({ cmd: 'puback', messageId: packet.messageId! });
    };
    return { ...peer, got, acknowledge };
  };
  {
    using api = await open();
    api.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: readings, qos: 1 }] });
    await expect.poll(() => api.answers[1]?.cmd).toBe('suback');
    await publishAll(lamp, topic, 1, 50, () => 1);
    await expect.poll(api.got).toEqual(count(50));
    for (const n of count(10)) api.acknowledge(n);
    await publishAll(lamp, topic, 51, 60, () => 1);
    await expect.poll(() => api.got().length).toBe(60);
  }
  await publishAll(lamp, topic, 61, 90, () => 1);
  {
    using api = await open();
    await expect.poll(api.got).toEqual(count(90).slice(10));
    for (const n of count(90)) api.acknowledge(n);
    await publishAll(lamp, topic, 91, 92, () => 1);
    await expect.poll(api.got).toEqual(count(92).slice(10));
    api.acknowledge(91);
    api.acknowledge(92);
    api.send({ cmd: 'pingreq' });
    await expect.poll(() => api.answers.at(-1)?.cmd).toBe('pingresp');
  }
  using api = await open();
  await publishAll(lamp, topic, 93, 93, () => 1);
  await expect.poll(api.got).toEqual([93]);
});

test('filters that overlap bring a message once and do not break the durable session', async () => {
  await change(service, { add: [credential('lamp')] });
  await using api = await connectService(broker, durable);
  await api.client.subscribeAsync([readings, 'hearth/v1/#', deviceTopic('home', 'lamp', 'reading')], {
    qos: 1,
  });
  await using lamp = await connectDevice(broker, 'lamp');
  await publishAll(lamp, deviceTopic('home', 'lamp', 'reading'), 1, 50, () => 1);
  await expect.poll(() => api.received.length).toBe(50);
  await api.client.unsubscribeAsync(readings);
  await publishAll(lamp, deviceTopic('home', 'lamp', 'reading'), 51, 60, () => 1);
  await expect.poll(() => numbers(api.received, deviceTopic('home', 'lamp', 'reading'))).toEqual(count(60));
  expect(api.isClosed()).toBe(false);
});

test('a QoS 2 message reaches a QoS 1 wildcard subscription with QoS 1, connected or not', async () => {
  await using api = await connectService(broker, durable);
  await api.client.subscribeAsync('radio/#', { qos: 1 });
  await service.client.publishAsync('radio/a', '1', { qos: 2 });
  await expect.poll(() => api.received.map(({ qos }) => qos)).toEqual([1]);
  await api[Symbol.asyncDispose]();
  await service.client.publishAsync('radio/a', '2', { qos: 2 });
  await using again = await connectService(broker, durable);
  await expect.poll(() => again.received.map(({ qos, payload }) => `${payload}:${qos}`)).toEqual(['2:1']);
});

test('a burst of 100 messages in flight from one device is taken whole', async () => {
  await change(service, { add: [credential('lamp')] });
  await service.client.subscribeAsync(readings, { qos: 1 });
  await using lamp = await connectDevice(broker, 'lamp');
  const topic = deviceTopic('home', 'lamp', 'reading');
  await publishAll(lamp, topic, 1, 100, () => 1);
  await expect.poll(() => numbers(service.received, topic)).toEqual(count(100));
});

test('a clean session gets nothing of the durable one before it', async () => {
  await change(service, { add: [credential('lamp')] });
  const topic = deviceTopic('home', 'lamp', 'request');
  const first = await connectDevice(broker, 'lamp', { clean: false });
  await first.client.subscribeAsync(topic, { qos: 1 });
  await first[Symbol.asyncDispose]();
  await Promise.all(count(40).map((n) => service.client.publishAsync(topic, String(n), { qos: 1 })));
  await using clean = await connectDevice(broker, 'lamp');
  await clean.client.subscribeAsync(deviceTopic('home', 'lamp', 'receipt'), { qos: 1 });
  await service.client.publishAsync(deviceTopic('home', 'lamp', 'receipt'), 'new', { qos: 1 });
  await expect.poll(() => clean.received.map(({ payload }) => payload)).toEqual(['new']);
});
