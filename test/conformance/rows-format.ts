import { same, say, subscribeTo, type Bench, type Row } from './bench.ts';
import {
  acknowledge,
  illFormed,
  packet,
  pingreq,
  publish,
  subscribe,
  types,
  u16,
  unsubscribe,
  type ConnectOptions,
} from './packets.ts';

/** A connected client sends these bytes, and is cut for it. */
export const refuses =
  (bytes: (bench: Bench) => Uint8Array, options: ConnectOptions = {}) =>
  async (bench: Bench): Promise<void> => {
    const wire = await bench.connect('a', options);
    await wire.expectRefused(bytes(bench));
  };

/** A new connection sends these bytes as its first, and is cut without any answer. */
export const refusesConnect =
  (bytes: (bench: Bench) => Uint8Array) =>
  async (bench: Bench): Promise<void> => {
    const wire = await bench.open();
    wire.send(bytes(bench));
    await wire.expectClosed();
  };

const inRow = (bench: Bench, end: Iterable<number>): Uint8Array =>
  Uint8Array.from([...Buffer.from(bench.topic('')), ...end]);

const utf8: Row[] = [
  ...Object.entries(illFormed).map(([what, bytes]): Row => ({
    clause: '1.5.3-1',
    says: 'ill-formed UTF-8 closes the connection',
    given: `PUBLISH whose topic has ${what}`,
    expect: 'closed',
    run: refuses((bench) => publish(inRow(bench, bytes), 'x', { qos: 1 })),
  })),
  {
    clause: '1.5.3-2',
    says: 'U+0000 closes the connection',
    given: 'PUBLISH whose topic has a NUL',
    expect: 'closed',
    run: refuses((bench) => publish(bench.topic('a\0b'), 'x', { qos: 1 })),
  },
  {
    clause: '1.5.3-2',
    says: 'U+0000 closes the connection',
    given: 'CONNECT whose client id has a NUL',
    expect: 'closed without CONNACK',
    run: refusesConnect((bench) => bench.connectBytes('a\0b')),
  },
  {
    clause: '1.5.3-3',
    says: 'EF BB BF is U+FEFF wherever it stands, and is not stripped',
    given: 'a topic with U+FEFF, and subscriptions with it and without it',
    expect: 'delivered to the one with it, byte by byte',
    async run(bench) {
      const [withMark, without] = [bench.topic('\ufeffx'), bench.topic('x')];
      const a = await bench.subscriber('a', [withMark, 0], [without, 0]);
      await say(await bench.connect('b'), withMark, 'marked');
      await a.expect('publish', { topic: withMark, payload: 'marked' });
    },
  },
];

const unexpectedFlags: Readonly<Record<string, Buffer>> = {
  'CONNECT, flags 1': Buffer.alloc(0),
  'PUBACK, flags 2': packet(0x42, u16(1)),
  'PUBREC, flags 1': packet(0x51, u16(1)),
  'PUBCOMP, flags 8': packet(0x78, u16(1)),
  'PINGREQ, flags 1': packet(0xc1),
};

const flags: Row[] = [
  {
    clause: '2.2.2-1',
    says: 'reserved flags have the value that the table lists',
    given: 'a client that has each kind of packet sent to it',
    expect: 'CONNACK, SUBACK, PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK, PINGRESP with their flags',
    async run(bench) {
      const wire = await bench.subscriber('a', [bench.topic('x'), 2]);
      await say(wire, bench.topic('y'), '1', { qos: 1 });
      await say(wire, bench.topic('x'), '2', { qos: 2 });
      const { id } = await wire.expect('publish', { payload: '2', qos: 2 });
      wire.send(acknowledge('pubrec', id));
      await wire.expect('pubrel', { id });
      wire.send(acknowledge('pubcomp', id), unsubscribe(2, [bench.topic('x')]));
      await wire.expect('unsuback', { id: 2 });
      await wire.ping();
    },
  },
  ...Object.entries(unexpectedFlags).map(([what, bytes]): Row => ({
    clause: '2.2.2-2',
    says: 'invalid flags close the connection',
    given: what,
    expect: 'closed',
    run:
      bytes.length === 0
        ? refusesConnect((bench) => bench.connectBytes('a', { first: 0x11 }))
        : refuses(() => bytes),
  })),
];

const withoutId: Readonly<Record<string, (bench: Bench) => Buffer>> = {
  'SUBSCRIBE with packet id 0': (bench) => subscribe(0, [[bench.topic('x'), 0]]),
  'UNSUBSCRIBE with packet id 0': (bench) => unsubscribe(0, [bench.topic('x')]),
  'PUBLISH of QoS 1 with packet id 0': (bench) => publish(bench.topic('x'), 'x', { qos: 1, id: 0 }),
  'PUBLISH of QoS 2 with packet id 0': (bench) => publish(bench.topic('x'), 'x', { qos: 2, id: 0 }),
};

const identifiers: Row[] = [
  ...Object.entries(withoutId).map(([given, bytes]): Row => ({
    clause: '2.3.1-1',
    says: 'SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 have a packet id that is not 0',
    given,
    expect: 'closed',
    run: refuses(bytes),
  })),
  {
    clause: '2.3.1-4',
    says: 'a server gives a new message a packet id that is not in use',
    given: '15 messages that the subscriber does not acknowledge',
    expect: '15 packet ids, none 0',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 1]);
      const b = await bench.connect('b');
      for (let i = 1; i <= 15; i++) await say(b, bench.topic('x'), `${i}`, { qos: 1, id: i });
      const ids = (await a.takeUntil('15')).map(({ id }) => id);
      same('packet ids', new Set(ids).size, 15);
      same('packet id 0', ids.includes(0), false);
    },
  },
  {
    clause: '2.3.1-4',
    says: 'a server gives a new message a packet id that is not in use',
    given: 'one message not acknowledged, and then 65,600 that are',
    expect: 'its packet id is not given again, nor 0',
    isLong: true,
    run: (bench) => goRound(bench, 1),
  },
  {
    clause: '2.3.1-5',
    says: 'a PUBLISH of QoS 0 has no packet id',
    given: 'a message of QoS 1 to a subscription of QoS 0',
    expect: 'nothing between topic and payload',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 0]);
      await say(await bench.connect('b'), bench.topic('x'), 'payload', { qos: 1 });
      await a.expect('publish', { qos: 0, payload: 'payload' });
    },
  },
  {
    clause: '2.3.1-5',
    says: 'a PUBLISH of QoS 0 has no packet id',
    given: '65,600 messages of QoS 1 to a subscription of QoS 0',
    expect: 'all of them: they use up no packet ids',
    isLong: true,
    run: (bench) => goRound(bench, 0),
  },
  {
    clause: '2.3.1-6',
    says: 'PUBACK, PUBREC and PUBREL bear the packet id of their PUBLISH',
    given: 'PUBLISH of QoS 1 with 0x1234 and of QoS 2 with 0xffff, and one to a subscriber',
    expect: 'the same in each answer',
    async run(bench) {
      const wire = await bench.subscriber('a', [bench.topic('x'), 2]);
      await say(wire, bench.topic('y'), '1', { qos: 1, id: 0x1234 });
      await say(wire, bench.topic('x'), '2', { qos: 2, id: 0xffff });
      const { id } = await wire.take('publish');
      wire.send(acknowledge('pubrec', id));
      await wire.expect('pubrel', { id });
    },
  },
  {
    clause: '2.3.1-7',
    says: 'SUBACK and UNSUBACK bear the packet id of their request',
    given: 'SUBSCRIBE with 0x0102 and UNSUBSCRIBE with 0xfffe',
    expect: 'the same in each answer',
    async run(bench) {
      const wire = await bench.connect('a');
      wire.send(subscribe(0x0102, [[bench.topic('x'), 1]]), unsubscribe(0xfffe, [bench.topic('x')]));
      await wire.expect('suback', { id: 0x0102 });
      await wire.expect('unsuback', { id: 0xfffe });
    },
  },
];

/** More messages than there are packet ids, in windows that every broker's queue takes. */
async function goRound(bench: Bench, granted: 0 | 1): Promise<void> {
  const a = await bench.connectAdmin('a');
  await subscribeTo(a, [bench.topic('x'), granted]);
  const b = await bench.connectAdmin('b');
  await say(b, bench.topic('x'), 'held', { qos: 1 });
  const held = await a.expect('publish', { payload: 'held', qos: granted });
  const [windows, size] = [656, 100];
  const messages = Array.from({ length: size }, (_, n) =>
    publish(bench.topic('x'), 'passing', { qos: 1, id: n + 1 }),
  );
  for (let i = 0; i < windows; i++) {
    b.send(...messages);
    for (let n = 0; n < size; n++) {
      const { id } = await a.take('publish');
      if (granted === 0) continue;
      if (id === held.id || id === 0) throw new Error(`packet id ${id} was given again while in use`);
      // At once: brokers have few on the way at a time.
      a.send(acknowledge('puback', id));
    }
    for (let n = 0; n < size; n++) await b.take('puback');
  }
}

const violations: Readonly<Record<string, Uint8Array>> = {
  'a packet of type 0': packet(0x00),
  'a packet of type 15': packet(0xf0),
  'a CONNACK': packet(0x20, [0, 0]),
  'a SUBACK': packet(0x90, u16(1), [0]),
  'an UNSUBACK': packet(0xb0, u16(1)),
  'a PINGRESP': packet(0xd0),
  'a remaining length of five bytes': Buffer.from([types.pingreq << 4, 0xff, 0xff, 0xff, 0xff, 0x01]),
  'a PINGREQ with a byte more': packet(0xc0, [0]),
  'a PUBACK of one byte': packet(0x40, [0]),
  'a PUBACK of three bytes': packet(0x40, [0, 1, 0]),
};

/** Chapters 1, 2 and 4.8: the form of packets. */
export const formatRows: readonly Row[] = [
  ...utf8,
  ...flags,
  ...identifiers,
  ...Object.entries(violations).map(([given, bytes]): Row => ({
    clause: '4.8.0-1',
    says: 'a protocol violation closes the connection that it came on',
    given,
    expect: 'closed',
    run: refuses(() => Buffer.concat([bytes, pingreq])),
  })),
  {
    clause: '4.8.0-1',
    says: 'a protocol violation closes the connection that it came on',
    given: 'a packet of type 15, and another client',
    expect: 'only the offender is closed',
    async run(bench) {
      const other = await bench.connect('b');
      await refuses(() => packet(0xf0))(bench);
      await other.ping();
    },
  },
];
