import { createServer, connect as connectSocket, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drainLimits, publishRates, strangerGraceMs, strangersPerAddressMax } from '../limits.ts';
import {
  change,
  connackOf,
  connect,
  connectDevice,
  connectPacket,
  connectService,
  credential,
  openSocket,
  startTestBroker,
  type TestBroker,
} from '../testing.ts';
import { addressKey, createDoor } from './door.ts';
import { createFlapping } from './flapping.ts';
import { createBucket } from './rate.ts';

let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker({ connectsMax: 15 });
  await using service = await connectService(broker);
  const gateway = { role: 'gateway' as const, topics: ['radio/#'] };
  await change(service, {
    add: [...['lamp', 'hall', 'bath', 'porch'].map((id) => credential(id)), credential('radio', gateway)],
  });
});
afterAll(() => broker[Symbol.asyncDispose]());

const login = (username: string, clientId = username) => ({
  clientId,
  username,
  password: `secret of ${username}`,
});

test('a bucket lets a burst through at once, and then as many as its rate', () => {
  let now = 0;
  const bucket = createBucket({ perSecond: 20, burst: 5 }, () => now);
  const takeAll = () => {
    let taken = 0;
    while (bucket.take()) taken++;
    return taken;
  };
  expect(takeAll()).toBe(5);
  expect(bucket.waitMs()).toBe(50);
  now += 1000;
  expect(takeAll()).toBe(5);
  now += 100;
  expect(takeAll()).toBe(2);
  expect(bucket.waitMs()).toBe(50);
});

test('what a device sends beyond its rate is slowed down, and nothing of it is lost', async () => {
  const { burst, perSecond } = publishRates.device!;
  const topic = 'hearth/v1/home/lamp/reading';
  const more = perSecond * 2;
  await using service = await connectService(broker);
  await service.client.subscribeAsync(topic, { qos: 1 });
  using lamp = await openSocket(broker.url);
  const startedAt = performance.now();
  lamp.send(connectPacket('lamp'));
  for (let i = 0; i < burst + more; i++)
    lamp.send({ cmd: 'publish', topic, qos: 0, retain: false, dup: false, payload: `${i}` });
  lamp.send({ cmd: 'disconnect' });
  lamp.socket.end();
  await expect.poll(() => service.received.length).toBeGreaterThanOrEqual(burst);
  await using hall = await connectDevice(broker, 'hall');
  await hall.client.publishAsync('hearth/v1/home/hall/reading', '0', { qos: 1 });
  expect(service.received.length).toBeLessThan(burst + more);
  await expect.poll(() => service.received.length).toBe(burst + more);
  expect(performance.now() - startedAt).toBeGreaterThan((more / perSecond) * 1000 - 200);
  expect(service.received.map(({ payload }) => Number(payload))).toEqual(
    Array.from({ length: burst + more }, (_, i) => i),
  );
});

test('a gateway delivers thousands of messages at once', async () => {
  await using radio = await connect(broker.url, login('radio'));
  const startedAt = performance.now();
  const payload = Buffer.alloc(100);
  await Promise.all(
    Array.from({ length: 5000 }, () => radio.client.publishAsync('radio/x', payload, { qos: 1 })),
  );
  expect(performance.now() - startedAt).toBeLessThan(8000);
});

test('a session that comes more than 15 times a minute is refused from that address, and the owner told', async () => {
  await using service = await connectService(broker);
  await service.client.subscribeAsync('$CONTROL/hearth/v1/refused');
  const codes: (number | string)[] = [];
  for (let i = 0; i < 17; i++) codes.push(await connackOf(broker.url, login('bath')));
  expect(codes).toEqual([...Array<number>(15).fill(0), 3, 3]);
  expect(await connackOf(broker.url, login('porch'))).toBe(0);
  expect(await connackOf(broker.url.replace('127.0.0.1', '127.0.0.2'), login('porch'))).toMatch(
    /ECONNREFUSED/,
  );
  await expect
    .poll(() =>
      service.received.map(({ payload }) => JSON.parse(payload) as { client: string; rule: string }),
    )
    .toContainEqual(expect.objectContaining({ client: 'bath', rule: 'flapping' }));
});

test('who flapped is let in again after five minutes, and from elsewhere at once', () => {
  let now = 0;
  const flapping = createFlapping(3, () => now);
  const come = () => flapping.connect('bath', '10.0.0.1')?.rule ?? 'in';
  expect([come(), come(), come(), come()]).toEqual(['in', 'in', 'in', 'flapping']);
  expect(flapping.connect('bath', '10.0.0.2')).toBeNull();
  now += 299_000;
  expect(come()).toBe('flapping');
  now += 1000;
  expect(come()).toBe('in');
  for (let i = 0; i < 20; i++) {
    now += 30_000;
    expect(come()).toBe('in');
  }
});

test('a subscriber that does not read is cut within seconds, and holds nobody up meanwhile', async () => {
  await using frozen = await connect(broker.url, login('radio', 'frozen'));
  await frozen.client.subscribeAsync('radio/#', { qos: 0 });
  (frozen.client.stream as Socket).pause();
  await using honest = await connect(broker.url, login('radio', 'honest'));
  await honest.client.subscribeAsync('radio/#', { qos: 0 });
  await using sender = await connect(broker.url, login('radio', 'sender'));
  const payload = Buffer.alloc(20_000);
  const roundTripsMs: number[] = [];
  const startedAt = performance.now();
  const isCut = () => frozen.isClosed() || (frozen.client.stream as Socket).destroyed;
  for (let i = 0; performance.now() - startedAt < drainLimits.frozenMs + 2000; i++) {
    const sentAt = performance.now();
    await sender.client.publishAsync('radio/x', payload, { qos: 1 });
    await expect.poll(() => honest.received.length, { interval: 2 }).toBe(i + 1);
    roundTripsMs.push(performance.now() - sentAt);
  }
  (frozen.client.stream as Socket).resume();
  await expect.poll(isCut).toBe(true);
  const sorted = roundTripsMs.toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length * 0.95)]).toBeLessThan(250);
});

test('one address takes three quarters of the places, however many there are', async () => {
  const door = createDoor(8);
  let inside = 0;
  let outside = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const guest = door.admit(socket);
    if (guest) inside += 1;
    else outside += 1;
    guest?.know();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const clients = Array.from({ length: 8 }, () =>
    connectSocket({ port, host: '127.0.0.1' }).on('error', () => {}),
  );
  await expect.poll(() => [inside, outside], { interval: 2 }).toEqual([6, 2]);
  for (const client of clients) client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

test('strangers of one address are limited, and those that dawdle make place for newcomers', async () => {
  let now = 0;
  const door = createDoor(undefined, () => now);
  const inside: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const guest = door.admit(socket);
    if (!guest) return;
    guest.serve();
    inside.push(socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const clients: Socket[] = [];
  const come = async (localAddress = '127.0.0.1') => {
    const socket = connectSocket({ port, host: '127.0.0.1', localAddress }).on('error', () => {});
    clients.push(socket);
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  };
  await Promise.all(Array.from({ length: strangersPerAddressMax }, () => come()));
  await expect.poll(() => door.count).toBe(strangersPerAddressMax);
  const refused = await come();
  await expect.poll(() => refused.destroyed || refused.readableEnded || refused.closed).toBe(true);
  const elsewhere = await come('127.0.0.2');
  await expect.poll(() => door.count).toBe(strangersPerAddressMax + 1);
  now += strangerGraceMs + 1;
  const late = await come();
  await expect.poll(() => inside.length).toBe(strangersPerAddressMax + 2);
  expect(inside[0]!.destroyed).toBe(true);
  expect(late.destroyed || elsewhere.destroyed).toBe(false);
  for (const socket of clients) socket.destroy();
  await expect.poll(() => door.count).toBe(0);
  server.close();
});

test.each([
  ['192.168.1.7', '192.168.1.7'],
  ['::ffff:192.168.1.7', '192.168.1.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, null],
])('the address %s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
