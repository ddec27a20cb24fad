import { deviceTopic, refusedTopic, type Refused } from '@hearth/contract';
import { readFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import packets, { type IPublishPacket, type Packet } from 'mqtt-packet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  change,
  connectPacket,
  connectService,
  credential,
  startTestBroker,
  type Peer,
  type TestBroker,
} from '../testing.ts';

// What a device gets on the wire when it is refused: the table of docs/device-makers.md, row by row, in raw bytes.

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/device-makers.md'), 'utf8');
const table = guide.slice(guide.indexOf('## What is refused'), guide.indexOf('## Payload files'));

let broker: TestBroker;
let service: Peer;
beforeAll(async () => {
  broker = await startTestBroker({ connectsMax: 15 });
  service = await connectService(broker);
  await service.client.subscribeAsync(refusedTopic, { qos: 1 });
});
afterAll(async () => {
  await service?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
});

/** A socket, and all bytes that came; `isOver` when the broker closed it. */
function openRaw() {
  const { hostname, port } = new URL(broker.url);
  const socket = connectSocket(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => {});
  return {
    send: (bytes: Buffer | Packet) => socket.write(Buffer.isBuffer(bytes) ? bytes : packets.generate(bytes)),
    bytes: () => Buffer.concat(chunks),
    isOver: () => socket.readableEnded || socket.destroyed,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
type Raw = ReturnType<typeof openRaw>;

const will = (topic: string, bytes = 10) => ({
  will: { topic, payload: Buffer.alloc(bytes, 'x'), qos: 1 as const, retain: true },
});
const letIn = Buffer.of(0x20, 2, 0, 0);
async function connectAs(raw: Raw, id: string): Promise<void> {
  raw.send(connectPacket(id));
  await expect.poll(() => raw.bytes(), { interval: 5 }).toEqual(letIn);
}
const publish = (topic: string, more: Partial<IPublishPacket> = {}): Packet => ({
  cmd: 'publish',
  topic,
  payload: 'x',
  qos: 1,
  messageId: 7,
  retain: false,
  dup: false,
  ...more,
});
const own = (id: string, kind: 'status' | 'reading' | 'response') => deviceTopic('home', id, kind);

interface Row {
  what: string;
  /** The beginning of the row in the guide. */
  row: string;
  act: (raw: Raw, id: string) => unknown;
  /** The bytes behind CONNACK 0, or instead of it; none: it is closed without a word. */
  answer: number[];
  says: string;
  /** What the owner is told of; null: nothing. */
  told: Pick<Refused, 'rule' | 'consequence'> | null;
  staysOpen?: true;
}
const connack = (code: number): number[] => [0x20, 2, 0, code];
const notConnected = (rule: string) => ({ rule, consequence: 'not-connected' }) as const;
const closed = (rule: string) => ({ rule, consequence: 'closed' }) as const;
const afterwards = (send: (id: string) => Packet | Buffer) => async (raw: Raw, id: string) => {
  await connectAs(raw, id);
  raw.send(send(id));
};
const subscribe = (topic: (id: string) => string) =>
  afterwards((id) => ({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: topic(id), qos: 1 }] }));

const rows: Row[] = [
  {
    what: 'a wrong secret',
    row: 'wrong id or secret',
    act: (raw, id) => raw.send(connectPacket(id, { password: Buffer.from('guess') })),
    answer: connack(5),
    says: 'CONNACK with return code 5',
    told: notConnected('wrong-secret'),
  },
  {
    what: 'an id that nobody has',
    row: 'wrong id or secret',
    act: (raw) => raw.send(connectPacket('nobody')),
    answer: connack(5),
    says: 'CONNACK with return code 5',
    told: null,
  },
  {
    what: 'another client id',
    row: 'the client id is not the user name',
    act: (raw, id) => raw.send(connectPacket(id, { clientId: 'other' })),
    answer: connack(2),
    says: 'CONNACK with return code 2',
    told: notConnected('client-id'),
  },
  ...[0, 400].map((keepalive) => ({
    what: `keepalive ${keepalive}`,
    row: 'keepalive 0 or above 300 s',
    act: (raw: Raw, id: string) => raw.send(connectPacket(id, { keepalive })),
    answer: connack(5),
    says: 'CONNACK with return code 5',
    told: notConnected('keepalive'),
  })),
  ...[() => will('hearth/v1/home/other/status'), (id: string) => will(own(id, 'status'), 257)].map(
    (given, n) => ({
      what: ['a will on another topic', 'a will of 257 bytes'][n]!,
      row: 'a will on another topic',
      act: (raw: Raw, id: string) => raw.send(connectPacket(id, given(id))),
      answer: connack(5),
      says: 'CONNACK with return code 5',
      told: notConnected('will'),
    }),
  ),
  {
    what: 'MQTT 5',
    row: 'MQTT 5',
    act: (raw, id) =>
      raw.send(packets.generate(connectPacket(id, { protocolVersion: 5 }), { protocolVersion: 5 })),
    answer: [0x20, 3, 0, 0x84, 0],
    says: 'CONNACK of MQTT 5 with reason code 0x84',
    told: notConnected('protocol'),
  },
  {
    what: 'protocol level 6',
    row: 'another protocol level',
    act: (raw, id) => {
      const bytes = packets.generate(connectPacket(id));
      bytes[bytes.indexOf('MQTT') + 4] = 6;
      return raw.send(bytes);
    },
    answer: connack(1),
    says: 'CONNACK with return code 1',
    told: notConnected('protocol'),
  },
  ...['hearth/v1/home/other/request', '#'].map((filter) => ({
    what: `SUBSCRIBE to ${filter}`,
    row: 'SUBSCRIBE to a topic that is not yours',
    act: subscribe(() => filter),
    answer: [0x90, 3, 0, 9, 128],
    says: 'SUBACK with return code 128',
    told: { rule: 'foreign-filter', consequence: 'not-subscribed' } as const,
    staysOpen: true as const,
  })),
  ...(
    [
      ['PUBLISH to another’s topic', () => publish('hearth/v1/home/other/reading'), 'foreign-topic'],
      ['a payload of 8193 bytes', (id) => publish(own(id, 'reading'), { payload: 'x'.repeat(8193) }), 'size'],
      ['QoS 2', (id) => publish(own(id, 'reading'), { qos: 2 }), 'qos'],
      ['a response that is retained', (id) => publish(own(id, 'response'), { retain: true }), 'retain'],
    ] as [string, (id: string) => Packet, string][]
  ).map(([what, packet, rule]) => ({
    what,
    row: 'PUBLISH to a topic that is not yours',
    act: afterwards(packet),
    answer: [],
    says: 'the connection is closed',
    told: closed(rule),
  })),
  {
    what: 'a second CONNECT',
    row: 'a packet that is not of MQTT 3.1.1',
    act: afterwards((id) => connectPacket(id)),
    answer: [],
    says: 'the connection is closed',
    told: closed('malformed'),
  },
  {
    what: 'a packet that says it has 70,000 bytes',
    row: 'a packet that is not of MQTT 3.1.1',
    act: afterwards(() => Buffer.of(0x32, 0xf0, 0xa2, 0x04)),
    answer: [],
    says: 'the connection is closed',
    told: closed('size'),
  },
  {
    what: 'another connection with the same id',
    row: 'another client connects with your id',
    act: async (raw, id) => {
      await connectAs(raw, id);
      using second = openRaw();
      await connectAs(second, id);
    },
    answer: [],
    says: 'the connection is closed',
    told: null,
  },
  {
    what: 'more than 15 connections within a minute',
    row: 'more than 15 connections within a minute',
    act: async (raw, id) => {
      for (let n = 0; n < 15; n++) {
        using before = openRaw();
        await connectAs(before, id);
      }
      raw.send(connectPacket(id));
    },
    answer: connack(3),
    says: 'CONNACK with return code 3',
    told: notConnected('flapping'),
  },
  {
    what: 'a payload that is no JSON',
    row: 'a payload that breaks the contract',
    act: afterwards((id) => publish(own(id, 'reading'))),
    answer: [0x40, 2, 0, 7],
    says: 'PUBACK as always',
    told: null,
    staysOpen: true,
  },
];

test.for(rows.map((each, n) => ({ ...each, id: `lamp-${n}` })))(
  '$what: $says',
  async ({ act, answer, says, row, told, staysOpen = false, id }) => {
    await change(service, { add: [credential(id)] });
    using raw = openRaw();
    await act(raw, id);
    const answered = (): number[] => {
      const bytes = raw.bytes();
      return [...(bytes.subarray(0, 4).equals(letIn) ? bytes.subarray(4) : bytes)];
    };
    await expect
      .poll(() => ({ answered: answered(), isOver: raw.isOver() }), { timeout: 5000, interval: 5 })
      .toEqual({ answered: answer, isOver: !staysOpen });
    if (told) await expect.poll(() => toldOf(id), { timeout: 5000 }).toEqual([expect.objectContaining(told)]);
    else expect(toldOf(id)).toEqual([]);
    const cells =
      table
        .split('\n')
        .find((line) => line.startsWith(`| ${row}`))
        ?.split(' | ') ?? [];
    expect(cells[1]?.trim()).toMatch(new RegExp(`^${says}`));
  },
);

function toldOf(id: string): Refused[] {
  return service.received
    .filter(({ topic }) => topic === refusedTopic)
    .map(({ payload }) => JSON.parse(payload) as Refused)
    .filter(({ client }) => client === id);
}

test('every row of the guide’s table is tried here', () => {
  const begun = table.split('\n').filter((line) => /^\| (?!what happened|-)/.test(line));
  for (const line of begun)
    expect(
      rows.filter(({ row }) => line.startsWith(`| ${row}`)),
      line,
    ).not.toEqual([]);
});
