import { deviceTopic, messageKinds } from '@hearth/contract';
import type { Packet } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  change,
  connackOf,
  connect,
  connectPacket,
  connectService,
  credential,
  openSocket,
  startTestBroker,
  type Peer,
  type TestBroker,
} from '../testing.ts';

// What may be heard is written out here by hand: the rules of the broker are not asked about themselves.
const kinds = (id: string, home = 'home') => messageKinds.map((kind) => deviceTopic(home, id, kind));
const said = [
  ...kinds('hall'), ...kinds('bath'), ...kinds('hall', 'cabin'), 'hearth/v1/home/hall/request/deeper',
  'hearth/v1', 'hearth/v2/home/hall/request', '/hearth/v1/home/hall/request', 'radio', 'radio/x', 'radio/x/y',
  'radio/', 'cmd/radio', 'cmd/radio/a/b', 'cmd', 'a', '/', 'a//b', 'zigbee/x',
]; // prettier-ignore

interface Client {
  id: string;
  clientId: string;
  password: string;
  /** What it may hear of what is said, and nothing else whatever it subscribes to. */
  hears: readonly string[];
  /** The filters of the table that are granted to it. */
  granted: readonly string[];
}
const figures = ['uptime', 'clients/connected', 'publish/messages/received', 'publish/messages/sent', 'store/messages/count']; // prettier-ignore
const clients: Record<'device' | 'gateway' | 'admin' | 'service', Client> = {
  device: {
    id: 'hall',
    clientId: 'hall',
    password: 'secret of hall',
    hears: ['receipt', 'request'].map((kind) => `hearth/v1/home/hall/${kind}`),
    granted: ['hearth/v1/home/hall/request', 'hearth/v1/home/hall/receipt'],
  },
  gateway: {
    id: 'radio',
    clientId: 'table',
    password: 'secret of radio',
    hears: ['radio/x', 'radio/', 'cmd/radio', 'cmd/radio/a/b'],
    granted: ['radio/+', 'radio/x', 'cmd/radio/#', 'cmd/radio/+/b', 'cmd/radio'],
  },
  admin: {
    id: 'watcher',
    clientId: 'table',
    password: 'secret of watcher',
    hears: figures.map((name) => `$SYS/broker/${name}`),
    granted: ['$SYS/#', '$SYS/+/new/clients', '$SYS/broker/uptime'],
  },
  service: {
    id: 'hearth-api',
    clientId: 'hearth-api-table',
    password: '',
    hears: [
      ...said,
      '$CONTROL/hearth/v1/response',
      '$CONTROL/hearth/v1/refused',
      '$CONTROL/hearth/v1/journal',
    ],
    granted: [],
  },
};
const open = [
  '#', '+/#', '/#', '+', '+/+', '+/+/+', '+/+/+/+/+', 'hearth/#', 'hearth/+/home/#', 'hearth/v1/#', 'hearth/v1/home/#',
  'hearth/v1/home/+/request', 'hearth/v1/home/hall/#', 'hearth/v1/home/hall/+', 'hearth/v1/+/hall/request',
  'hearth/v1/home/hall/request/#', 'hearth/v1/home/hall/request/', 'hearth/v1/home/HALL/request',
  'hearth/v1/cabin/hall/request', '/hearth/v1/home/hall/request', '$share/g/hearth/v1/home/hall/request', '$share/g/#',
  '$share/g/radio/+', 'radio/#', 'radio/+', 'radio/x', 'radio/x/#', 'cmd/#', 'cmd/+', 'cmd/radio', 'cmd/radio/#',
  'cmd/radio/+/b', '+/radio/#', 'a', 'a//b', ...kinds('hall'), ...kinds('bath'),
]; // prettier-ignore
const closedFilters = [
  '$SYS/#', '$SYS/+/new/clients', '$SYS/broker/uptime', '$SYS', '$CONTROL/#', '$CONTROL/hearth/v1/request',
  '$CONTROL/+/v1/response', '$', '$x/#', 'a#', 'a+/b', '#/a', '',
]; // prettier-ignore
const filters = [...open, ...closedFilters];
// `$share/…` is granted to the service as it is no secret to it; the broker shares nothing out.
clients.service.granted = open.filter((filter) => !filter.startsWith('$'));

let broker: TestBroker;
let service: Peer;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  broker = parts.use(await startTestBroker());
  clients.service.password = broker.serviceSecret;
  service = parts.use(await connectService(broker));
  await change(service, {
    add: [
      credential('hall'),
      credential('bath'),
      credential('radio', { role: 'gateway', topics: ['radio/+', 'cmd/radio/#'] }),
      credential('watcher', { role: 'admin' }),
    ],
  });
});
afterAll(() => parts.disposeAsync());

/** Says everything there is to hear, at QoS 1, and resolves when the broker has taken it. */
async function sayAll(payload: string, retain = false): Promise<void> {
  await Promise.all(said.map((topic) => service.client.publishAsync(topic, payload, { qos: 1, retain })));
}

/** Connects by bare packets, and keeps what comes. */
async function connectClient({ id, clientId, password }: Client, clean: boolean) {
  const peer = await openSocket(broker.url);
  const heard: { topic: string; payload: string }[] = [];
  let packetId = 0;
  let seen = 0;
  peer.socket.on('data', () => {
    for (const packet of peer.answers.slice(seen)) {
      if (packet.cmd !== 'publish') continue;
      heard.push({ topic: packet.topic, payload: packet.payload.toString() });
      if (packet.qos === 1) peer.send({ cmd: 'puback', messageId: packet.messageId! });
    }
    seen = peer.answers.length;
  });
  peer.send(connectPacket(id, { clientId, clean, password: Buffer.from(password) }));
  await expect.poll(() => peer.answers[0], { interval: 2 }).toMatchObject({ cmd: 'connack', returnCode: 0 });
  const subscribe = async (all: readonly string[]): Promise<number[]> => {
    const messageId = ++packetId;
    peer.send({
      cmd: 'subscribe',
      messageId,
      subscriptions: all.map((topic) => ({ topic, qos: 1 as const })),
    });
    const find = () =>
      peer.answers.find((packet) => packet.cmd === 'suback' && packet.messageId === messageId);
    await expect.poll(find, { interval: 2 }).toBeDefined();
    return (find() as unknown as { granted: number[] }).granted;
  };
  return {
    heard,
    subscribe,
    topics: () => new Set(heard.map(({ topic }) => topic)),
    /** Waits until all that was sent to it before has come: answers come in order. */
    async settle() {
      peer.send({ cmd: 'pingreq' });
      const before = peer.answers.filter(({ cmd }) => cmd === 'pingresp').length;
      await expect
        .poll(() => peer.answers.filter(({ cmd }) => cmd === 'pingresp').length, { interval: 2 })
        .toBeGreaterThan(before);
    },
    isClosed: peer.isClosed,
    [Symbol.dispose]: peer[Symbol.dispose],
  };
}

// A row for each kind of client and of session; each says and hears everything there is.
const rows = (['device', 'gateway', 'admin', 'service'] as const).flatMap((role) =>
  [true, false].map((clean) => ({ role, clean })),
);

describe.each(rows)('$role with clean session $clean', ({ role, clean }) => {
  const client = clients[role];
  const foreign = (topics: Iterable<string>) => [...topics].filter((topic) => !client.hears.includes(topic));
  const isFormed = (filter: string) => !['a#', 'a+/b', '#/a', ''].includes(filter);

  test('is granted exactly its own filters, and hears nothing foreign of any', async () => {
    await sayAll('retained', true);
    const heard = new Set<string>();
    for (const filter of filters.filter(isFormed)) {
      using peer = await connectClient(client, true);
      const [granted] = await peer.subscribe([filter]);
      expect([filter, granted]).toEqual([filter, client.granted.includes(filter) ? 1 : 128]);
      await peer.settle();
      for (const topic of peer.topics()) heard.add(topic);
    }
    expect(foreign(heard)).toEqual([]);
  });

  test('hears nothing foreign with all filters at once: retained, while connected, and after its return', async () => {
    await sayAll('retained', true);
    const due = role === 'service' ? said : client.hears;
    const own = filters.filter(isFormed);
    const online = await connectClient(client, clean);
    const granted = await online.subscribe(own);
    expect(own.filter((_, i) => granted[i] !== 128).toSorted()).toEqual(client.granted.toSorted());
    await sayAll('live');
    await expect.poll(() => due.filter((topic) => !online.topics().has(topic))).toEqual([]);
    await online.settle();
    expect(foreign(online.topics())).toEqual([]);
    online[Symbol.dispose]();

    await sayAll('while away');
    using back = await connectClient(client, clean);
    const isKept = !clean && role !== 'admin';
    const missed = () =>
      new Set(back.heard.filter(({ payload }) => payload === 'while away').map(({ topic }) => topic));
    await expect.poll(() => missed().size).toBe(isKept ? new Set(due).size : 0);
    await sayAll('live again');
    await back.settle();
    expect(foreign(back.topics())).toEqual([]);
    if (clean) expect(back.heard).toEqual([]);
  });

  test('says nothing but what it may', async () => {
    const listener = await connectService(broker);
    await listener.client.subscribeAsync('#', { qos: 1 });
    const own: Record<typeof role, readonly string[]> = {
      device: ['about', 'status', 'reading', 'response'].map((kind) => `hearth/v1/home/hall/${kind}`),
      gateway: ['radio/x', 'radio/', 'cmd/radio', 'cmd/radio/a/b'],
      admin: [],
      service: said,
    };
    const closed = ['$SYS/broker/uptime', '$CONTROL/hearth/v1/response', '$share/g/a', 'a/+', 'a/#'];
    const words = `from ${role} ${clean}`;
    for (const topic of [...said, ...closed]) {
      const { client: speaker } = await connectSpeaker(client, clean);
      speaker.publish(topic, words, { qos: 1 });
      if (own[role].includes(topic)) await speaker.endAsync();
      else await expect.poll(() => speaker.connected, { interval: 5 }).toBe(false);
      await speaker.endAsync(true);
    }
    await service.client.publishAsync('end', words, { qos: 1 });
    const heard = () => listener.received.filter(({ payload, retain }) => payload === words && !retain);
    await expect.poll(() => heard().at(-1)?.topic).toBe('end');
    expect(new Set(heard().map(({ topic }) => topic))).toEqual(new Set([...own[role], 'end']));
    await listener[Symbol.asyncDispose]();
  });
});

test('a stranger hears and says nothing at all', async () => {
  const packets: Packet[] = [
    { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] },
    { cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: true },
  ];
  for (const packet of packets) {
    using peer = await openSocket(broker.url);
    peer.send(packet);
    await sayAll('for nobody');
    await expect.poll(peer.isClosed).toBe(true);
    expect(peer.answers).toEqual([]);
  }
});

test.each([
  ['device', 'hearth/v1/home/hall/status', 0],
  ['device', 'hearth/v1/home/hall/request', 5],
  ['device', 'hearth/v1/home/bath/status', 5],
  ['device', 'radio/x', 5],
  ['gateway', 'radio/x', 0],
  ['gateway', 'radio/x/y', 5],
  ['gateway', 'hearth/v1/home/hall/status', 5],
  ['gateway', '$SYS/broker/uptime', 5],
  ['admin', '$SYS/broker/uptime', 5],
  ['admin', 'a', 5],
  ['service', 'a', 0],
  ['service', '$CONTROL/hearth/v1/request', 5],
  ['service', '$SYS/broker/uptime', 5],
] as const)('a will of the %s on %s gets %d', async (role, topic, code) => {
  const { id, clientId, password } = clients[role];
  const will = { topic, payload: Buffer.from('gone'), qos: 1, retain: false } as const;
  expect(await connackOf(broker.url, { clientId, username: id, password, will })).toBe(code);
});

test.each([
  ['revoked and added again', { revoke: ['radio'] }, ['radio/+', 'cmd/radio/#']],
  ['given narrower topics', {}, ['radio/z']],
] as const)(
  'a durable session of a gateway that was %s brings nothing of before',
  async (_what, first, topics) => {
    const gateway = clients.gateway;
    await change(service, {
      add: [credential('radio', { role: 'gateway', topics: ['radio/+', 'cmd/radio/#'] })],
    });
    const before = await connectClient(gateway, false);
    await before.subscribe(gateway.granted);
    before[Symbol.dispose]();
    await sayAll('before');
    if ('revoke' in first) await change(service, { revoke: [...first.revoke] });
    await sayAll('between');
    await change(service, { add: [credential('radio', { role: 'gateway', topics: [...topics] })] });
    await sayAll('after');
    using back = await connectClient(gateway, false);
    await sayAll('live');
    await back.settle();
    expect(back.heard).toEqual([]);
  },
);

function connectSpeaker({ id, clientId, password }: Client, clean: boolean): Promise<Peer> {
  return connect(broker.url, { clientId, username: id, password, clean });
}
