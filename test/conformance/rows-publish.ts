import { same, say, subscribeTo, type Bench, type Row } from './bench.ts';
import { leaveSession } from './rows-connack.ts';
import { refuses } from './rows-format.ts';
import { acknowledge, illFormed, packet, publish, u16 } from './packets.ts';

const flags: Row[] = [
  ...[1, 2].map((qos): Row => ({
    clause: '3.3.1-1',
    says: 'the DUP flag is 1 when a PUBLISH is sent again',
    given: `a message of QoS ${qos} that a durable subscriber has not acknowledged when it comes back`,
    expect: 'DUP 0 the first time, DUP 1 the second',
    async run(bench) {
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), qos]);
      await say(await bench.connect('b'), bench.topic('x'), '1', { qos });
      const { id } = await a.expect('publish', { payload: '1', dup: false });
      a[Symbol.dispose]();
      const again = await bench.connect('a', { clean: false });
      await again.expect('publish', { payload: '1', dup: true, id });
    },
  })),
  {
    clause: '3.3.1-2',
    says: 'the DUP flag is 0 with QoS 0',
    given: 'PUBLISH of QoS 0 with DUP 1',
    expect: 'closed',
    run: refuses((bench) => publish(bench.topic('x'), 'x', { dup: true })),
  },
  ...[1, 2].map((qos): Row => ({
    clause: '3.3.1-3',
    says: 'the DUP flag of an incoming PUBLISH is not propagated',
    given: `PUBLISH of QoS ${qos} with DUP 1, to subscribers of QoS 0, 1 and 2`,
    expect: 'DUP 0 to each',
    async run(bench) {
      const subscribers = [];
      for (const granted of [0, 1, 2])
        subscribers.push(await bench.subscriber(`s${granted}`, [bench.topic('x'), granted]));
      await say(await bench.connect('b'), bench.topic('x'), '1', { qos, dup: true });
      for (const subscriber of subscribers) await subscriber.expect('publish', { payload: '1', dup: false });
    },
  })),
  {
    clause: '3.3.1-3',
    says: 'the DUP flag of an incoming PUBLISH is not propagated',
    given: 'PUBLISH of QoS 1 with DUP 1 that waits for an absent subscriber, and a retained one',
    expect: 'DUP 0 to each',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 1);
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1, dup: true, retain: true });
      const a = await bench.connect('a', { clean: false });
      await a.expect('publish', { payload: '1', dup: false });
      const [kept] = await bench.retained(bench.topic('x'), b);
      same('DUP of the retained message', kept?.dup, false);
    },
  },
  {
    clause: '3.3.1-4',
    says: 'QoS 3 closes the connection',
    given: 'PUBLISH of QoS 3',
    expect: 'closed',
    run: refuses((bench) => publish(bench.topic('x'), 'x', { qos: 3 })),
  },
];

const topics: Row[] = [
  ...(
    [
      ['no topic at all', () => packet(0x30)],
      ['a topic that ends behind the packet', () => packet(0x30, u16(9), Buffer.from('t/'))],
      [
        'a topic that is not UTF-8',
        (bench: Bench) =>
          publish(Buffer.concat([Buffer.from(bench.topic('')), Buffer.from(illFormed['a surrogate'])]), 'x'),
      ],
    ] as const
  ).map(([given, bytes]): Row => ({
    clause: '3.3.2-1',
    says: 'the topic is the first field of PUBLISH, and is UTF-8',
    given,
    expect: 'closed',
    run: refuses(bytes),
  })),
  ...['+', '#', 'a+', 'a/#/b'].map((name): Row => ({
    clause: '3.3.2-2',
    says: 'the topic of a PUBLISH has no wildcards',
    given: `PUBLISH to ${name}`,
    expect: 'closed',
    run: refuses((bench) => publish(bench.topic(name), 'x', { qos: 1 })),
  })),
  {
    clause: '3.3.2-3',
    says: 'the topic of a PUBLISH to a subscriber matches the subscription’s filter',
    given: 'messages on x/1, y/1 and x/1/z, and the filter x/+',
    expect: 'x/1 only',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x/+'), 1]);
      const b = await bench.connect('b');
      for (const topic of ['x/1', 'y/1', 'x/1/z']) await say(b, bench.topic(topic), topic, { qos: 1 });
      await say(b, bench.topic('x/2'), 'end', { qos: 1 });
      const messages = await a.takeUntil('end');
      same(
        'topics',
        messages.map(({ topic }) => topic),
        [bench.topic('x/1'), bench.topic('x/2')],
      );
    },
  },
];

const responses: Row[] = [
  {
    clause: '3.3.4-1',
    says: 'PUBLISH is answered by its QoS: not at all, PUBACK, PUBREC',
    given: 'PUBLISH of QoS 0, 1 and 2',
    expect: 'PUBACK for the second and PUBREC for the third',
    async run(bench) {
      const wire = await bench.connect('a');
      wire.send(
        publish(bench.topic('x'), '0'),
        publish(bench.topic('x'), '1', { qos: 1, id: 11 }),
        publish(bench.topic('x'), '2', { qos: 2, id: 12 }),
      );
      await wire.expect('puback', { id: 11 });
      await wire.expect('pubrec', { id: 12 });
      await wire.ping();
      same('other answers', wire.box, []);
    },
  },
  ...(
    [
      [
        ['x', 0],
        ['+', 2],
      ],
      [
        ['+', 2],
        ['x', 0],
      ],
      [
        ['x', 2],
        ['#', 1],
      ],
      [
        ['#', 0],
        ['+', 1],
      ],
    ] as const
  ).map((filters): Row => ({
    clause: '3.3.5-1',
    says: 'with overlapping filters a message is delivered with the highest QoS of those that match',
    given: `subscriptions ${filters.map((pair) => pair.join(' QoS ')).join(' and ')}, a message of QoS 2 on x`,
    expect: 'delivered at least once with that QoS',
    async run(bench) {
      const own = filters.map(([filter, qos]): [string, number] => [bench.topic(filter), qos]);
      const a = await bench.subscriber('a', ...own);
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 2, id: 1 });
      await say(b, bench.topic('x'), 'end', { qos: 2, id: 2 });
      const copies = (await a.takeUntil('end')).filter(({ payload }) => payload === '1');
      same(
        'highest QoS',
        Math.max(...copies.map(({ qos }) => qos)),
        Math.max(...filters.map(([, qos]) => qos)),
      );
    },
  })),
  ...[1, 2].map((qos): Row => ({
    clause: '3.3.5-2',
    says: 'a PUBLISH that is not authorised is acknowledged as usual, or closes the connection',
    given: `PUBLISH of QoS ${qos} on a topic of others`,
    expect: 'its acknowledgement, or closed; nobody is sent it',
    async run(bench) {
      const topic = `others/${bench.clientId('x')}`;
      const admin = await bench.connectAdmin('w');
      await subscribeTo(admin, [`${topic}/#`, 2], [bench.topic('#'), 2]);
      const wire = await bench.connect('a');
      wire.send(publish(topic, 'x', { qos, id: 7 }));
      await wire.take(qos === 1 ? 'puback' : 'pubrec').catch(() => wire.expectClosed());
      await say(await bench.connect('b'), bench.topic('x'), 'end', { qos: 1 });
      same('messages', (await admin.takeUntil('end')).length, 1);
    },
  })),
  {
    clause: '3.6.1-1',
    says: 'PUBREL with other flags than 2 closes the connection',
    given: 'PUBREL with flags 0',
    expect: 'closed',
    run: refuses(() => packet(0x60, u16(1))),
  },
  {
    clause: '3.6.1-1',
    says: 'PUBREL with other flags than 2 closes the connection',
    given: 'PUBREL with flags 10, in an exchange of QoS 2',
    expect: 'closed',
    async run(bench) {
      const wire = await bench.connect('a');
      wire.send(publish(bench.topic('x'), 'x', { qos: 2 }));
      await wire.take('pubrec');
      await wire.expectRefused(packet(0x6a, u16(1)), acknowledge('pubrel', 1));
    },
  },
];

/** Sections 3.3 and 3.6: PUBLISH and what goes with it, but for its RETAIN flag. */
export const publishRows: readonly Row[] = [...flags, ...topics, ...responses];
