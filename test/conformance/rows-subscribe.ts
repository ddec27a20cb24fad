import { field, illFormed, packet, publish, subscribe, u16, unsubscribe } from './packets.ts';
import { answer, same, say, subscribeTo, type Bench, type Row } from './bench.ts';
import { leaveSession } from './rows-connack.ts';
import { refuses } from './rows-format.ts';

const badFilter = (bench: Bench): Uint8Array =>
  Buffer.concat([Buffer.from(bench.topic('')), Buffer.from(illFormed['a long form'])]);

type Malformed = readonly [clause: string, says: string, given: string, bytes: (bench: Bench) => Uint8Array];
const malformed: readonly Malformed[] = [
  [
    '3.8.1-1',
    'SUBSCRIBE with other flags than 2 closes the connection',
    'SUBSCRIBE with flags 0',
    (bench) => packet(0x80, u16(1), field(bench.topic('x')), [0]),
  ],
  [
    '3.8.1-1',
    'SUBSCRIBE with other flags than 2 closes the connection',
    'SUBSCRIBE with flags 3',
    (bench) => packet(0x83, u16(1), field(bench.topic('x')), [0]),
  ],
  [
    '3.8.3-1',
    'the filters of SUBSCRIBE are UTF-8',
    'a filter that is not',
    (bench) => subscribe(1, [[badFilter(bench), 0]]),
  ],
  ['3.8.3-3', 'SUBSCRIBE has at least one filter', 'SUBSCRIBE without a payload', () => packet(0x82, u16(1))],
  [
    '3.8.3-3',
    'SUBSCRIBE has at least one filter',
    'SUBSCRIBE with a filter and no QoS',
    (bench) => packet(0x82, u16(1), field(bench.topic('x'))),
  ],
  ...[3, 4, 0x80].map((qos): Malformed => [
    '3.8.3-4',
    'reserved bits beside the QoS, and QoS 3, close the connection',
    `a filter with QoS byte ${qos}`,
    (bench) => subscribe(1, [[bench.topic('x'), qos]]),
  ]),
  [
    '3.10.1-1',
    'UNSUBSCRIBE with other flags than 2 closes the connection',
    'UNSUBSCRIBE with flags 0',
    (bench) => packet(0xa0, u16(1), field(bench.topic('x'))),
  ],
  [
    '3.10.3-1',
    'the filters of UNSUBSCRIBE are UTF-8',
    'a filter that is not',
    (bench) => unsubscribe(1, [badFilter(bench)]),
  ],
  [
    '3.10.3-2',
    'UNSUBSCRIBE has at least one filter',
    'UNSUBSCRIBE without a payload',
    () => packet(0xa2, u16(1)),
  ],
];

const subscribing: Row[] = [
  {
    clause: '3.8.3-2',
    says: 'filters with wildcards are supported, or rejected',
    given: 'SUBSCRIBE to x/+ and y/#',
    expect: 'granted, and delivered',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x/+'), 1], [bench.topic('y/#'), 1]);
      const b = await bench.connect('b');
      for (const topic of ['x/1', 'y', 'y/1/2']) {
        await say(b, bench.topic(topic), topic, { qos: 1 });
        await a.expect('publish', { payload: topic });
      }
    },
  },
  {
    clause: '3.8.4-1',
    says: 'SUBSCRIBE is answered with SUBACK',
    given: 'SUBSCRIBE, also of a filter that is not allowed',
    expect: 'SUBACK each time',
    async run(bench) {
      const wire = await bench.connect('a');
      wire.send(subscribe(1, [[bench.topic('x'), 0]]), subscribe(2, [['others/x', 0]]));
      await wire.take('suback');
      await wire.take('suback');
    },
  },
  {
    clause: '3.8.4-2',
    says: 'SUBACK bears the packet id of its SUBSCRIBE',
    given: 'three SUBSCRIBEs in one chunk',
    expect: 'their three packet ids',
    async run(bench) {
      const wire = await bench.connect('a');
      const ids = [300, 2, 65_535];
      wire.send(...ids.map((id) => subscribe(id, [[bench.topic(`${id}`), 0]])));
      const got = [];
      for (let i = 0; i < 3; i++) got.push((await wire.take('suback')).id);
      same('packet ids', got, ids);
    },
  },
  {
    clause: '3.8.4-3',
    says: 'the same filter again takes the place of the subscription, and retained messages are sent again',
    given: 'a retained message; a filter with QoS 0, again with QoS 1, again with QoS 1',
    expect: 'the retained message three times; then one copy with QoS 1',
    async run(bench) {
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), 'kept', { qos: 1, retain: true });
      const a = await bench.connect('a');
      for (const qos of [0, 1, 1]) {
        await subscribeTo(a, [bench.topic('x'), qos]);
        await a.expect('publish', { payload: 'kept', retain: true, qos });
      }
      await say(b, bench.topic('x'), 'new', { qos: 2 });
      await a.expect('publish', { payload: 'new', qos: 1 });
      await say(b, bench.topic('x'), 'end', { qos: 1 });
      same('messages', (await a.takeUntil('end')).length, 1);
    },
  },
  {
    clause: '3.8.4-3',
    says: 'the flow of messages is not interrupted when a subscription is replaced',
    given: '200 messages while the same filter is subscribed to again and again',
    expect: 'all of them, in their order',
    run: replaceInFlow,
  },
  {
    clause: '3.8.4-4',
    says: 'many filters in one SUBSCRIBE are taken as if each came in its own',
    given: 'one filter twice, with QoS 0 and then 1, and another',
    expect: 'three return codes; the second QoS counts',
    async run(bench) {
      const a = await bench.subscriber(
        'a',
        [bench.topic('x'), 0],
        [bench.topic('x'), 1],
        [bench.topic('y'), 0],
      );
      await say(await bench.connect('b'), bench.topic('x'), '1', { qos: 1 });
      await a.expect('publish', { payload: '1', qos: 1 });
    },
  },
  {
    clause: '3.8.4-5',
    says: 'SUBACK has a return code for each filter: the QoS that is granted, or failure',
    given: '10 filters with QoS 0, 1, 2 in turn',
    expect: '10 return codes',
    async run(bench) {
      await bench.subscriber(
        'a',
        ...Array.from({ length: 10 }, (_, i): [string, number] => [bench.topic(`${i}`), i % 3]),
      );
    },
  },
  ...['x', '+', '#'].flatMap((filter) =>
    [0, 1, 2].map((granted): Row => ({
      clause: '3.8.4-6',
      says: 'a message is delivered with the lower of its QoS and the one that was granted',
      given: `QoS 0, 1 and 2 to the filter ${filter} with QoS ${granted}; retained ones, live ones`,
      expect: 'the lower of both each time',
      run: (bench) => lowers(bench, filter, granted),
    })),
  ),
  {
    clause: '3.8.4-6',
    says: 'a message is delivered with the lower of its QoS and the one that was granted',
    given: 'QoS 0, 1 and 2 that wait for an absent session with the filter + of QoS 1',
    expect: 'QoS 1 for those above 0',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('+'), 1);
      const b = await bench.connect('b');
      for (const qos of [1, 2]) await say(b, bench.topic('x'), `${qos}`, { qos, id: qos });
      const a = await bench.connect('a', { clean: false });
      for (const qos of [1, 2]) await answer(a, await a.expect('publish', { payload: `${qos}`, qos: 1 }));
    },
  },
  {
    clause: '3.9.3-1',
    says: 'the return codes of SUBACK are in the order of the filters',
    given: 'QoS 2, 0, 1, and one that is not allowed in between',
    expect: '2, 0, failure or granted, 1',
    async run(bench) {
      const wire = await bench.connect('a');
      const filters: [string, number][] = [
        [bench.topic('c'), 2],
        [bench.topic('a'), 0],
        ['others/x', 0],
        [bench.topic('b'), 1],
      ];
      wire.send(subscribe(1, filters));
      const { codes } = await wire.take('suback');
      same('return codes', [codes[0], codes[1], codes[3], codes.length], [2, 0, 1, 4]);
    },
  },
  {
    clause: '3.9.3-2',
    says: 'SUBACK has no return codes but 0, 1, 2 and 128',
    given: 'filters that are granted, not allowed, too deep, and beyond any number',
    expect: 'only those',
    async run(bench) {
      const wire = await bench.connect('a');
      const filters = Array.from({ length: 24 }, (_, i): [string, number] => [bench.topic(`${i}`), i % 3]);
      wire.send(subscribe(1, [...filters, ['others/#', 2], [bench.topic('a/b/c/d/e'), 0]]));
      const { codes } = await wire.take('suback');
      same('number of return codes', codes.length, 26);
      same(
        'other return codes',
        codes.filter((code) => ![0, 1, 2, 128].includes(code)),
        [],
      );
    },
  },
];

/** Retained messages and live ones of each QoS, to one subscription. */
async function lowers(bench: Bench, filter: string, granted: number): Promise<void> {
  const b = await bench.connect('b');
  for (const qos of [0, 1, 2]) {
    await say(b, bench.topic('x'), 'kept', { qos, retain: true, id: 10 + qos });
    const [kept] = await bench.retained(bench.topic(filter), b, granted);
    same(`QoS of the retained message of QoS ${qos}`, kept?.qos, Math.min(qos, granted));
  }
  const a = await bench.connect('a');
  a.send(subscribe(1, [[bench.topic(filter), granted]]));
  await a.take('suback');
  for (const qos of [0, 1, 2]) await say(b, bench.topic('x'), `live ${qos}`, { qos, id: 20 + qos });
  const live = (await a.takeUntil('live 2')).filter(({ payload }) => payload.startsWith('live'));
  same(
    'QoS of the live messages',
    live.map(({ qos }) => qos),
    [0, 1, 2].map((qos) => Math.min(qos, granted)),
  );
}

async function replaceInFlow(bench: Bench): Promise<void> {
  const a = await bench.subscriber('a', [bench.topic('x'), 1]);
  const b = await bench.connect('b');
  const got: string[] = [];
  for (let i = 0; i < 10; i++) {
    a.send(subscribe(i + 2, [[bench.topic('x'), i % 2]]));
    b.send(
      ...Array.from({ length: 20 }, (_, n) =>
        publish(bench.topic('x'), `${i * 20 + n}`, { qos: 1, id: n + 1 }),
      ),
    );
    await a.take('suback');
    for (let n = 0; n < 20; n++) await b.take('puback');
    for (const message of await a.takeUntil(`${i * 20 + 19}`)) {
      got.push(message.payload);
      await answer(a, message);
    }
  }
  same(
    'messages',
    got,
    Array.from({ length: 200 }, (_, i) => `${i}`),
  );
}

/** Sections 3.8 and 3.9: SUBSCRIBE; and the form of both it and UNSUBSCRIBE. */
export const subscribeRows: readonly Row[] = [
  ...malformed.map(([clause, says, given, bytes]): Row => ({
    clause,
    says,
    given,
    expect: 'closed',
    run: refuses(bytes),
  })),
  ...subscribing,
];
