import { createHash } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packetTimeoutMs } from '../limits.ts';
import {
  change,
  connectDevice,
  connectService,
  credential,
  openSocket,
  startTestBroker,
  type Peer,
  type TestBroker,
} from '../testing.ts';

let broker: TestBroker;
let service: Peer;
beforeAll(async () => {
  broker = await startTestBroker();
  service = await connectService(broker);
  const gateway = { role: 'gateway' as const, topics: ['radio/#'] };
  await change(service, { add: [credential('lamp'), credential('radio', gateway)] });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
});

const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
};
/** A packet of this first byte. */
const packet = (first: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; ; left >>= 7) {
    length.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) break;
  }
  return Buffer.concat([Buffer.of(first, ...length), body]);
};
interface ConnectBytes {
  name?: string;
  level?: number;
  flags?: number;
  id?: string | Buffer;
  rest?: Buffer[];
}
const userName = 'radio';
const password = 'secret of radio';
const connectBytes = ({
  name = 'MQTT',
  level = 4,
  flags = 0xc2,
  id = 'a',
  rest,
}: ConnectBytes = {}): Buffer =>
  packet(
    0x10,
    text(name),
    Buffer.of(level, flags, 0, 60),
    text(id),
    ...(rest ?? [text(userName), text(password)]),
  );

/** Everything the broker answers until it closes. */
async function answerTo(...bytes: Buffer[]): Promise<string> {
  using peer = await openSocket(broker.url);
  const got: Buffer[] = [];
  peer.socket.on('data', (data: Buffer) => got.push(data));
  for (const each of bytes) peer.socket.write(each);
  await expect.poll(peer.isClosed).toBe(true);
  return Buffer.concat(got).toString('hex');
}

/** A connection that has its CONNACK, and then sends bytes as they are. */
async function openConnected(id = 'a') {
  const peer = await openSocket(broker.url);
  peer.socket.write(connectBytes({ id }));
  await expect.poll(() => peer.answers.length).toBe(1);
  return peer;
}

const ill = Buffer.from([0xc3, 0x28]);
const surrogate = Buffer.from([0xed, 0xa0, 0x80]);

test.each<[what: string, bytes: Buffer]>([
  ['something else than CONNECT first', packet(0xc0)],
  ['a CONNECT with flags', Buffer.concat([Buffer.of(0x11), connectBytes().subarray(1)])],
  ['a remaining length of five bytes', Buffer.from('10ffffffff7f', 'hex')],
  ['a CONNECT that says it is larger than 4 kB', Buffer.from('108020', 'hex')],
  ['another protocol', connectBytes({ name: 'HTTP' })],
  ['its reserved flag set', connectBytes({ flags: 0xc3 })],
  ['a will of QoS 3', connectBytes({ flags: 0xde, rest: [text('t'), text('x'), text('u'), text('p')] })],
  ['will flags without a will', connectBytes({ flags: 0xca })],
  ['a password without a user name', connectBytes({ flags: 0x42, rest: [text('p')] })],
  ['bytes behind the last field', connectBytes({ rest: [text('u'), text('p'), Buffer.of(0)] })],
  ['a field that ends behind the packet', connectBytes({ rest: [text('u'), Buffer.of(0, 9, 1)] })],
  ['a client id of ill-formed UTF-8', connectBytes({ id: ill })],
  ['a client id with a surrogate', connectBytes({ id: surrogate })],
  ['a user name with NUL', connectBytes({ rest: [text('ra\0dio'), text(password)] })],
  ['an empty will topic', connectBytes({ flags: 0xc6, rest: [text(''), text('x'), text('u'), text('p')] })],
])('a stranger with %s is closed without an answer', async (_what, bytes) => {
  expect(await answerTo(bytes)).toBe('');
});

test.each<[what: string, bytes: Buffer, answer: string]>([
  ['MQTT 5', connectBytes({ level: 5, rest: [Buffer.of(0)] }), '2003008400'],
  ['level 6', connectBytes({ level: 6 }), '20020001'],
  ['a level with the bridges’ bit', connectBytes({ level: 0x84 }), '20020001'],
  ['the old name and the new level', connectBytes({ name: 'MQIsdp', level: 4 }), '20020001'],
])('%s is answered with its refusal, and closed', async (_what, bytes, answer) => {
  expect(await answerTo(bytes)).toBe(answer);
});

test('MQTT 3.1 is spoken', async () => {
  using peer = await openSocket(broker.url);
  peer.socket.write(connectBytes({ name: 'MQIsdp', level: 3 }));
  await expect.poll(() => peer.answers).toMatchObject([{ cmd: 'connack', returnCode: 0 }]);
});

test('the owner of a device that speaks MQTT 5 is told what to do', async () => {
  await service.client.subscribeAsync('$CONTROL/hearth/v1/refused');
  const noProperties = Buffer.of(0);
  const body = [text('MQTT'), Buffer.of(5, 0xc2, 0, 60), noProperties, text('lamp'), text('lamp'), text('x')];
  expect(await answerTo(packet(0x10, ...body))).toBe('2003008400');
  await expect
    .poll(() =>
      service.received.map(({ payload }) => JSON.parse(payload) as { client: string; detail: string }),
    )
    .toContainEqual(
      expect.objectContaining({
        client: 'lamp',
        rule: 'protocol',
        detail: expect.stringContaining('3.1.1') as string,
      }),
    );
});

test.each<[what: string, bytes: Buffer]>([
  ['a second CONNECT', connectBytes()],
  ['a CONNACK', Buffer.from('20020000', 'hex')],
  ['a PINGRESP', Buffer.from('d000', 'hex')],
  ['type 0', Buffer.from('0000', 'hex')],
  ['type 15', Buffer.from('f000', 'hex')],
  ['a PINGREQ with flags', Buffer.from('c100', 'hex')],
  ['a PINGREQ with a body', Buffer.from('c00100', 'hex')],
  ['a PUBREL without its flag', Buffer.from('60020001', 'hex')],
  ['a PUBACK of packet id 0', Buffer.from('40020000', 'hex')],
  ['a PUBACK of three bytes', Buffer.from('4003000100', 'hex')],
  ['QoS 3', packet(0x36, text('radio/a'), Buffer.of(0, 1))],
  ['DUP with QoS 0', packet(0x38, text('radio/a'))],
  ['packet id 0', packet(0x32, text('radio/a'), Buffer.of(0, 0))],
  ['no packet id', packet(0x32, text('radio/a'))],
  ['an empty topic', packet(0x30, text(''))],
  ['a topic with NUL', packet(0x30, text('radio/\0'))],
  ['a topic of ill-formed UTF-8', packet(0x30, text(Buffer.concat([Buffer.from('radio/'), ill])))],
  ['a topic that ends behind the packet', Buffer.from('3003000572', 'hex')],
  ['a SUBSCRIBE without filters', Buffer.from('82020001', 'hex')],
  ['a SUBSCRIBE with packet id 0', packet(0x82, Buffer.of(0, 0), text('radio/a'), Buffer.of(0))],
  ['a SUBSCRIBE with reserved bits', packet(0x82, Buffer.of(0, 1), text('radio/a'), Buffer.of(4))],
  ['a SUBSCRIBE with QoS 3', packet(0x82, Buffer.of(0, 1), text('radio/a'), Buffer.of(3))],
  ['a SUBSCRIBE with an empty filter', packet(0x82, Buffer.of(0, 1), text(''), Buffer.of(0))],
  ['a SUBSCRIBE with NUL', packet(0x82, Buffer.of(0, 1), text('radio/\0'), Buffer.of(0))],
  ['an UNSUBSCRIBE without filters', Buffer.from('a2020001', 'hex')],
  ['a packet beyond 1 MB from a gateway', Buffer.concat([Buffer.from('30ffffff7f', 'hex'), text('radio/a')])],
])('a client that sends %s is closed', async (_what, bytes) => {
  using peer = await openConnected();
  peer.socket.write(bytes);
  await expect.poll(peer.isClosed).toBe(true);
  expect(peer.answers).toHaveLength(1);
});

test('packets that come with CONNECT in one piece, or byte by byte, are served in order', async () => {
  const all = Buffer.concat([
    connectBytes(),
    packet(0x82, Buffer.of(0, 1), text('radio/+'), Buffer.of(1)),
    ...Array.from({ length: 30 }, (_, i) =>
      packet(0x32, text('radio/ä'), Buffer.of(1, i), Buffer.from(`${i}`)),
    ),
    Buffer.from('c000', 'hex'),
  ]);
  for (const size of [all.length, 100, 1]) {
    using peer = await openSocket(broker.url);
    peer.socket.setNoDelay(true);
    for (let at = 0; at < all.length; at += size) peer.socket.write(all.subarray(at, at + size));
    await expect.poll(() => peer.answers.filter(({ cmd }) => cmd === 'publish').length).toBe(30);
    const got = peer.answers.filter(({ cmd }) => cmd === 'publish');
    expect(got.map((each) => (each as { payload: Buffer }).payload.toString())).toEqual(
      Array.from({ length: 30 }, (_, i) => `${i}`),
    );
    expect(peer.answers.filter(({ cmd }) => cmd === 'puback')).toHaveLength(30);
    expect(peer.answers.filter(({ cmd }) => cmd === 'pingresp')).toHaveLength(1);
  }
});

test('a message of 230 kB from a gateway arrives as it was, and one of 64 kB from a device ends its connection', async () => {
  const payload = Buffer.alloc(230_000, 'hearth');
  await service.client.subscribeAsync('radio/definitions', { qos: 1 });
  const hash = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
  using peer = await openConnected();
  peer.socket.write(packet(0x32, text('radio/definitions'), Buffer.of(0, 1), payload));
  await expect
    .poll(() => service.received.filter(({ topic }) => topic === 'radio/definitions'))
    .toHaveLength(1);
  const got = service.received.find(({ topic }) => topic === 'radio/definitions')!;
  expect(hash(got.payload)).toBe(hash(payload));
  await using lamp = await connectDevice(broker, 'lamp');
  lamp.client.publish('hearth/v1/home/lamp/status', Buffer.alloc(65_536), { qos: 1 });
  await expect.poll(lamp.isClosed).toBe(true);
});

test('a CONNECT, or a later packet, that dribbles in is cut after five seconds, and an idle client is not', async () => {
  using idle = await openConnected('idle');
  using connected = await openConnected();
  using silent = await openSocket(broker.url);
  using dribbling = await openSocket(broker.url);
  const startedAt = performance.now();
  connected.socket.write(Buffer.from('3064', 'hex'));
  const closedAfterMs: number[] = [];
  const drip = setInterval(() => {
    dribbling.socket.write(Buffer.of(0x10));
    connected.socket.write(Buffer.of(0));
  }, 500);
  dribbling.socket.write(Buffer.from('107f00044d515454', 'hex'));
  for (const { socket } of [connected, silent, dribbling])
    socket.once('close', () => closedAfterMs.push(performance.now() - startedAt));
  await expect.poll(() => closedAfterMs, { timeout: packetTimeoutMs + 3000 }).toHaveLength(3);
  clearInterval(drip);
  for (const ms of closedAfterMs) {
    expect(ms).toBeGreaterThan(packetTimeoutMs - 200);
    expect(ms).toBeLessThan(packetTimeoutMs + 2000);
  }
  idle.socket.write(Buffer.from('c000', 'hex'));
  await expect.poll(() => idle.answers.at(-1)?.cmd).toBe('pingresp');
});

test('garbage of a port scan closes the connection that it came on, and nothing else', async () => {
  const { hostname, port } = new URL(broker.url);
  for (const hex of ['474554202f20485454502f312e310d0a0d0a', '16030100c2010000be0303', '00'.repeat(50)]) {
    const socket = connectSocket(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(Buffer.from(hex, 'hex'));
    await expect.poll(() => socket.closed).toBe(true);
  }
  await using lamp = await connectDevice(broker, 'lamp');
  expect(lamp.isClosed()).toBe(false);
});
