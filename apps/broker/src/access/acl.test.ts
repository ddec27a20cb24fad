import {
  deviceReads,
  deviceTopic,
  deviceWrites,
  messageKinds,
  refusedTopic,
  type Refused,
} from '@hearth/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  change,
  connackOf,
  connectDevice,
  connectPacket,
  connectService,
  credential,
  openSocket,
  startTestBroker,
  type TestBroker,
} from '../testing.ts';

const ids = ['hall', 'bath', 'attic'];
const allTopics = ids.flatMap((id) => messageKinds.map((kind) => deviceTopic('home', id, kind)));
const wideFilters = [
  '#', '+/#', 'hearth/#', 'hearth/v1/#', 'hearth/v1/home/#', 'hearth/v1/home/+/request', '+/+/+/+/+',
  'hearth/v1/home/hall/#', 'hearth/v1/home/hall/+', 'hearth/v1/+/hall/request', 'hearth/v1/home/hall/request/#',
  '$SYS/#', '$SYS/+/new/clients', '$CONTROL/#', '$CONTROL/hearth/v1/request', '$CONTROL/hearth/v1/response',
  '$CONTROL/hearth/v1/refused', '$share/g/hearth/v1/home/hall/request', '$share/g/#', '/hearth/v1/home/hall/request',
  'hearth/v1/home/hall/request/', 'hearth/v1/home/HALL/request', 'hearth/v1/cabin/hall/request', 'a', 'radio/x',
]; // prettier-ignore
const kept = new Set(deviceReads.map((kind) => deviceTopic('home', 'hall', kind)));

let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, {
    add: [
      ...ids.map((id) => credential(id)),
      credential('radio', { role: 'gateway', topics: ['radio/+', 'cmd/radio/#'] }),
    ],
  });
});
afterAll(() => broker[Symbol.asyncDispose]());

test.each([
  { clean: true, qos: 1 },
  { clean: false, qos: 1 },
  { clean: false, qos: 0 },
] as const)(
  'a device (clean $clean, QoS $qos) hears no foreign message of any filter, connected or after its return',
  async ({ clean, qos }) => {
    await using service = await connectService(broker);
    const filters = [...wideFilters, ...allTopics];
    const publishAll = () =>
      Promise.all(
        [...allTopics, 'a', 'radio/x', 'hearth/v1/cabin/hall/request', '/hearth/v1/home/hall/request'].map(
          (topic) => service.client.publishAsync(topic, 'x', { qos: 1 }),
        ),
      );
    const heard: string[] = [];
    for (const filter of filters) {
      const first = await openDevice('hall', clean);
      // Beside one that is allowed: a refused filter may not slip into the stored session with it.
      const granted = await first.subscribe([filter, ...kept], qos);
      expect(granted[0]).toBe(kept.has(filter) ? qos : 128);
      heard.push(...first.topics());
      first[Symbol.dispose]();
    }
    {
      using online = await openDevice('hall', clean);
      await online.subscribe(filters, qos);
      await publishAll();
      await expect.poll(() => online.topics().length).toBeGreaterThanOrEqual(kept.size);
      heard.push(...online.topics());
    }
    await publishAll();
    using back = await openDevice('hall', clean);
    await back.subscribe(['nothing'], 1);
    if (!clean && qos === 1) await expect.poll(() => back.topics().length).toBe(kept.size);
    await publishAll();
    if (!clean) await expect.poll(() => back.topics().length).toBe(qos === 1 ? 2 * kept.size : kept.size);
    await back.subscribe(['nothing'], 1);
    heard.push(...back.topics());
    expect(heard.filter((topic) => !kept.has(topic))).toEqual([]);
    if (clean) expect(back.topics()).toEqual([]);
  },
);

test.each(ids)('%s publishes its own four topics, and any other closes its connection', async (id) => {
  await using service = await connectService(broker);
  await service.client.subscribeAsync('#', { qos: 1 });
  const own = new Set(deviceWrites.map((kind) => deviceTopic('home', id, kind)));
  const topics = [
    ...allTopics,
    'hearth/v1/cabin/hall/reading',
    '$SYS/x',
    '$CONTROL/hearth/v1/request',
    'a',
    '/',
  ];
  for (const topic of topics)
    for (const qos of [0, 1] as const) {
      await using device = await connectDevice(broker, id);
      const retain = topic.endsWith('reading') && qos === 1;
      device.client.publish(topic, `${id} ${qos}`, { qos, retain });
      if (own.has(topic))
        await device.client.publishAsync(deviceTopic('home', id, 'response'), '', { qos: 1 });
      else await expect.poll(device.isClosed, { interval: 5 }).toBe(true);
    }
  await service.client.publishAsync('end', '', { qos: 1 });
  await expect.poll(() => service.received.at(-1)?.topic).toBe('end');
  const from = service.received.filter(({ payload }) => payload.startsWith(id));
  expect(new Set(from.map(({ topic }) => topic))).toEqual(own);
  expect(from.length).toBe(2 * own.size);
});

test.each([
  ['topic with a wildcard', 'hearth/v1/home/+/reading', '{}', {}],
  ['topic with a NUL', 'hearth/v1/home/hall/reading\u0000', '{}', {}],
  ['payload beyond 8192 bytes', 'hearth/v1/home/hall/reading', Buffer.alloc(8193, 'x'), {}],
  ['retained response', 'hearth/v1/home/hall/response', '{}', { retain: true }],
  ['QoS 2 message', 'hearth/v1/home/hall/reading', '{}', { qos: 2 }],
  ['megabyte', 'hearth/v1/home/hall/about', Buffer.alloc(1_048_576, 'x'), {}],
] as const)('a %s closes the connection and reaches nobody', async (_what, topic, payload, options) => {
  await using service = await connectService(broker);
  await service.client.subscribeAsync('hearth/v1/#', { qos: 1 });
  const before = service.received.length;
  using device = await openDevice('hall', true);
  device.send({
    cmd: 'publish',
    topic,
    payload,
    qos: 1,
    messageId: 5,
    retain: false,
    dup: false,
    ...options,
  });
  await expect.poll(device.isClosed).toBe(true);
  await service.client.publishAsync('hearth/v1/home/hall/request', 'end', { qos: 1 });
  await expect.poll(() => service.received.at(-1)?.payload).toBe('end');
  expect(
    service.received.slice(before).filter(({ retain, payload: got }) => !retain && got !== 'end'),
  ).toEqual([]);
});

test('a device that published to a foreign topic is reported with what it may do', async () => {
  await using service = await connectService(broker);
  await service.client.subscribeAsync(refusedTopic, { qos: 1 });
  await using device = await connectDevice(broker, 'attic');
  device.client.publish('hearth/v1/home/hall/reading', '{}');
  const find = () =>
    service.received
      .map(({ payload }) => JSON.parse(payload) as Refused)
      .find(({ client, rule }) => client === 'attic' && rule === 'foreign-topic');
  await expect.poll(find, { timeout: 3000 }).toBeDefined();
  expect(find()?.detail).toContain('hearth/v1/home/attic/{about,status,reading,response}');
});

test('a gateway keeps to its filters, and sessions of two gateway clients stay apart', async () => {
  await using service = await connectService(broker);
  await using one = await connectDevice(broker, 'radio', { clientId: 'hall' });
  await using two = await connectDevice(broker, 'radio', { clientId: 'two' });
  await using hall = await connectDevice(broker, 'hall');
  for (const filter of ['#', 'radio/#', '+/x', 'hearth/v1/home/hall/request', '$SYS/#', 'cmd/#'])
    await expect(two.client.subscribeAsync(filter)).rejects.toThrow();
  for (const filter of ['radio/+', 'radio/x', 'cmd/radio/#', 'cmd/radio/+/x'])
    await two.client.subscribeAsync(filter, { qos: 1 });
  await one.client.publishAsync('radio/x', 'hello', { qos: 1 });
  await service.client.publishAsync('radio/x/y', 'deeper', { qos: 1 });
  await service.client.publishAsync('cmd/radio/a', 'command', { qos: 1 });
  await expect
    .poll(() => new Set(two.received.map(({ payload }) => payload)))
    .toEqual(new Set(['hello', 'command']));
  one.client.publish('hearth/v1/home/hall/reading', '{}', { qos: 1 });
  await expect.poll(one.isClosed).toBe(true);
  expect(hall.isClosed()).toBe(false);
});

test('a device or gateway holds at most 16 filters', async () => {
  await using radio = await connectDevice(broker, 'radio', { clientId: 'many' });
  const granted = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) => radio.client.subscribeAsync(`radio/${i}`, { qos: 1 })),
  );
  expect(granted.filter(({ status }) => status === 'fulfilled').length).toBe(16);
  await radio.client.unsubscribeAsync('radio/0');
  await radio.client.subscribeAsync('radio/19', { qos: 1 });
});

const will = {
  topic: deviceTopic('home', 'hall', 'status'),
  payload: Buffer.from('gone'),
  qos: 1,
  retain: true,
} as const;
test.each([
  ['its own status', will, 0],
  ['the status of another', { ...will, topic: deviceTopic('home', 'bath', 'status') }, 5],
  ['its own reading', { ...will, topic: deviceTopic('home', 'hall', 'reading') }, 5],
  ['a wildcard', { ...will, topic: 'hearth/v1/home/hall/#' }, 5],
  ['$SYS', { ...will, topic: '$SYS/x' }, 5],
  ['a control request', { ...will, topic: '$CONTROL/hearth/v1/request' }, 5],
  ['QoS 2', { ...will, qos: 2 as const }, 5],
  ['257 bytes', { ...will, payload: Buffer.alloc(257) }, 5],
  ['3 kB', { ...will, payload: Buffer.alloc(3072) }, 5],
  ['64 kB', { ...will, payload: Buffer.alloc(65_535) }, 'ECONNRESET'],
])('a will of %s', async (_what, theWill, code) => {
  expect(
    await connackOf(broker.url, {
      clientId: 'hall',
      username: 'hall',
      password: 'secret of hall',
      will: theWill,
    }),
  ).toBe(code);
});

test('the will is published, retained, when the connection breaks, and not after a farewell', async () => {
  await using service = await connectService(broker);
  await service.client.subscribeAsync(will.topic, { qos: 1 });
  const gone = () => service.received.filter(({ payload, retain }) => payload === 'gone' && !retain).length;
  {
    await using polite = await connectDevice(broker, 'hall', { will });
    await polite.client.endAsync();
  }
  await using broken = await connectDevice(broker, 'hall', { will });
  expect(gone()).toBe(0);
  broken.client.stream.destroy();
  await expect.poll(gone).toBe(1);
});

async function openDevice(id: string, clean: boolean) {
  const peer = await openSocket(broker.url);
  peer.send(connectPacket(id, { clean }));
  await expect.poll(() => peer.answers[0]?.cmd, { interval: 2 }).toBe('connack');
  let messageId = 0;
  peer.socket.on('data', () => {
    for (const packet of peer.answers)
      if (packet.cmd === 'publish' && packet.qos === 1 && !acknowledged.has(packet)) {
        acknowledged.add(packet);
        peer.send({ cmd: 'puback', messageId: packet.messageId! });
      }
  });
  const acknowledged = new Set<object>();
  return {
    ...peer,
    topics: () => peer.answers.flatMap((packet) => (packet.cmd === 'publish' ? [packet.topic] : [])),
    async subscribe(filters: string[], qos: 0 | 1) {
      const packetId = ++messageId;
      peer.send({
        cmd: 'subscribe',
        messageId: packetId,
        subscriptions: filters.map((topic) => ({ topic, qos })),
      });
      const suback = () =>
        peer.answers.find((packet) => packet.cmd === 'suback' && packet.messageId === packetId);
      await expect.poll(suback, { interval: 2 }).toBeDefined();
      return (suback() as unknown as { granted: number[] }).granted;
    },
  };
}
