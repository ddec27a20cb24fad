import { answer, same, say, subscribeTo, type Bench, type Row } from './bench.ts';
import { acknowledge, publish } from './packets.ts';
import { leaveSession } from './rows-connack.ts';

const exchanges: Row[] = [
  {
    clause: '4.3.1-1',
    says: 'QoS 0: the sender sends PUBLISH with QoS 0 and DUP 0',
    given: 'a message to a subscription of QoS 0',
    expect: 'QoS 0, DUP 0, once',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 0]);
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1 });
      await a.expect('publish', { payload: '1', qos: 0, dup: false });
      await say(b, bench.topic('x'), '2', { qos: 1 });
      same('messages', (await a.takeUntil('2')).length, 1);
    },
  },
  {
    clause: '4.3.2-1',
    says: 'QoS 1: the sender uses a free packet id, QoS 1, DUP 0, and takes it as not acknowledged until PUBACK',
    given: 'two messages, of which a durable subscriber acknowledges the first',
    expect: 'the second again after a break, the first not',
    async run(bench) {
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), 1]);
      const b = await bench.connect('b');
      for (const payload of ['1', '2']) await say(b, bench.topic('x'), payload, { qos: 1 });
      const first = await a.expect('publish', { payload: '1', qos: 1, dup: false });
      const second = await a.expect('publish', { payload: '2', qos: 1, dup: false });
      same('one packet id for both', first.id === second.id, false);
      await answer(a, first);
      await a.ping();
      a[Symbol.dispose]();
      const again = await bench.connect('a', { clean: false });
      await again.expect('publish', { payload: '2', id: second.id });
      await again.ping();
      same('other packets', again.box, []);
    },
  },
  {
    clause: '4.3.2-2',
    says: 'QoS 1: the receiver answers PUBACK, and takes the same packet id as a new message after it',
    given: 'two messages with one packet id, the second with DUP 1',
    expect: 'PUBACK for both, and both are delivered',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 1]);
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1, id: 8 });
      await say(b, bench.topic('x'), '2', { qos: 1, id: 8, dup: true });
      same('messages', (await a.takeUntil('2')).length, 2);
    },
  },
  {
    clause: '4.3.3-1',
    says: 'QoS 2: the sender sends PUBLISH until PUBREC, then PUBREL with its packet id until PUBCOMP, and PUBLISH no more',
    given: 'a durable subscriber that breaks before PUBREC, and again after it',
    expect: 'PUBLISH, PUBLISH, PUBREL, PUBREL, with one packet id',
    async run(bench) {
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), 2]);
      await say(await bench.connect('b'), bench.topic('x'), '1', { qos: 2 });
      const { id } = await a.expect('publish', { payload: '1', qos: 2, dup: false });
      a[Symbol.dispose]();
      const second = await bench.connect('a', { clean: false });
      await second.expect('publish', { payload: '1', qos: 2, id });
      second.send(acknowledge('pubrec', id));
      await second.expect('pubrel', { id });
      second[Symbol.dispose]();
      const third = await bench.connect('a', { clean: false });
      await third.expect('pubrel', { id });
      third.send(acknowledge('pubcomp', id));
      await third.ping();
      same('other packets', third.box, []);
    },
  },
  ...[true, false].map((clean): Row => ({
    clause: '4.3.3-2',
    says: 'QoS 2: the receiver answers PUBREC each time, delivers once until PUBREL, PUBCOMP after it, and then takes the packet id as new',
    given: `PUBLISH three times, PUBREL twice, and PUBLISH with the same packet id again; a ${clean ? 'clean' : 'durable'} session`,
    expect: 'one message, PUBCOMP for each PUBREL, and the new message',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 1]);
      const b = await bench.connect('b', { clean });
      for (let i = 0; i < 3; i++) {
        b.send(publish(bench.topic('x'), 'one', { qos: 2, id: 21, dup: i > 0 }));
        await b.expect('pubrec', { id: 21 });
      }
      for (let i = 0; i < 2; i++) {
        b.send(acknowledge('pubrel', 21));
        await b.expect('pubcomp', { id: 21 });
      }
      await say(b, bench.topic('x'), 'two', { qos: 2, id: 21 });
      const payloads = (await a.takeUntil('two')).map(({ payload }) => payload);
      same('messages', payloads, ['one', 'two']);
    },
  })),
  {
    clause: '4.3.3-2',
    says: 'QoS 2: the receiver answers PUBREC each time and delivers once until PUBREL',
    given: 'PUBLISH twice in one chunk; PUBLISH, a break, and PUBLISH again in a durable session',
    expect: 'two messages',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 1]);
      const b = await bench.connect('b', { clean: false });
      const one = publish(bench.topic('x'), 'one', { qos: 2, id: 1 });
      b.send(one, one);
      await b.expect('pubrec', { id: 1 });
      await b.expect('pubrec', { id: 1 });
      b.send(publish(bench.topic('x'), 'two', { qos: 2, id: 2 }));
      await b.expect('pubrec', { id: 2 });
      b[Symbol.dispose]();
      const again = await bench.connect('b', { clean: false });
      again.send(publish(bench.topic('x'), 'two', { qos: 2, id: 2, dup: true }));
      await again.expect('pubrec', { id: 2 });
      for (const id of [1, 2]) {
        again.send(acknowledge('pubrel', id));
        await again.expect('pubcomp', { id });
      }
      await say(again, bench.topic('x'), 'end', { qos: 1 });
      const payloads = (await a.takeUntil('end')).map(({ payload }) => payload);
      same('messages', payloads, ['one', 'two', 'end']);
    },
  },
  {
    clause: '4.5.0-1',
    says: 'a message is added to the sessions of all clients whose subscriptions match',
    given:
      'a message of QoS 1 to connected and absent, clean and durable subscribers by other filters, and to its sender',
    expect: 'each has it',
    async run(bench) {
      await leaveSession(bench, 'd', bench.topic('#'), 1);
      const c = await bench.connect('c', { clean: false });
      await subscribeTo(c, [bench.topic('+'), 2]);
      const a = await bench.subscriber('a', [bench.topic('x'), 0]);
      const b = await bench.subscriber('b', [bench.topic('x'), 1]);
      await say(b, bench.topic('x'), '1', { qos: 1 });
      for (const wire of [a, b, c]) await wire.expect('publish', { payload: '1' });
      const d = await bench.connect('d', { clean: false });
      await d.expect('publish', { payload: '1' });
    },
  },
];

const count = (n: number): string[] => Array.from({ length: n }, (_, i) => `${i + 1}`);

const order: Row[] = [
  {
    clause: '4.6.0-1',
    says: 'PUBLISH packets are sent again in the order in which they were sent',
    given: '10 messages of QoS 1 and 2 that a durable subscriber does not acknowledge',
    expect: 'the same order after a break',
    async run(bench) {
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), 2]);
      const b = await bench.connect('b');
      for (const payload of count(10))
        await say(b, bench.topic('x'), payload, { qos: 1 + (Number(payload) % 2), id: Number(payload) });
      const before = (await a.takeUntil('10')).map(({ payload, id }) => [payload, id]);
      a[Symbol.dispose]();
      const again = await bench.connect('a', { clean: false });
      const after = (await again.takeUntil('10')).map(({ payload, id }) => [payload, id]);
      same('messages', after, before);
    },
  },
  ...(
    [
      ['4.6.0-2', 1, 'puback', 'PUBACK packets are sent in the order of their PUBLISH packets'],
      ['4.6.0-3', 2, 'pubrec', 'PUBREC packets are sent in the order of their PUBLISH packets'],
    ] as const
  ).map(([clause, qos, type, says]): Row => ({
    clause,
    says,
    given: `15 messages of QoS ${qos} in one chunk, some of which an absent durable subscriber is to have`,
    expect: 'their packet ids in their order',
    async run(bench) {
      await leaveSession(bench, 'd', bench.topic('kept'), 1);
      const b = await bench.connect('b');
      const ids = Array.from({ length: 15 }, (_, i) => 100 - i);
      b.send(...ids.map((id) => publish(bench.topic(id % 3 === 0 ? 'kept' : 'x'), 'x', { qos, id })));
      const got: number[] = [];
      for (let i = 0; i < ids.length; i++) got.push((await b.take(type)).id);
      same('packet ids', got, ids);
    },
  })),
  ...[true, false].map((clean): Row => ({
    clause: '4.6.0-4',
    says: 'PUBREL packets are sent in the order of their PUBREC packets',
    given: `15 messages of QoS 2, and their PUBRECs in one chunk, to a ${clean ? 'clean' : 'durable'} session`,
    expect: 'their packet ids in that order',
    async run(bench) {
      const a = await bench.connect('a', { clean });
      await subscribeTo(a, [bench.topic('x'), 2]);
      const b = await bench.connect('b');
      for (const payload of count(15))
        await say(b, bench.topic('x'), payload, { qos: 2, id: Number(payload) });
      const ids = (await a.takeUntil('15')).map(({ id }) => id);
      ids.reverse();
      a.send(...ids.map((id) => acknowledge('pubrec', id)));
      const got: number[] = [];
      for (let i = 0; i < ids.length; i++) got.push((await a.take('pubrel')).id);
      same('packet ids', got, ids);
    },
  })),
  {
    clause: '4.6.0-5',
    says: 'each topic is an ordered one',
    given: 'messages of QoS 1 on three topics in turn',
    expect: 'those of each topic in their order',
    run: (bench) => inOrder(bench, 1, ['x', 'y', 'z']),
  },
  ...[0, 1, 2].map((qos): Row => ({
    clause: '4.6.0-6',
    says: 'messages of one client on one topic with one QoS are delivered in their order',
    given: `60 messages of QoS ${qos} in chunks, to clean and durable subscribers`,
    expect: 'their order',
    run: (bench) => inOrder(bench, qos, ['x']),
  })),
  {
    clause: '4.6.0-6',
    says: 'messages of one client on one topic with one QoS are delivered in their order',
    given: '12 messages of QoS 1 for an absent subscriber, and 3 more while it comes back',
    expect: 'their order',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 1);
      const b = await bench.connect('b');
      for (const payload of count(12)) await say(b, bench.topic('x'), payload, { qos: 1 });
      const a = await bench.open();
      a.send(bench.connectBytes('a', { clean: false }));
      for (const payload of ['13', '14', '15']) await say(b, bench.topic('x'), payload, { qos: 1 });
      const got: string[] = [];
      while (got.at(-1) !== '15') {
        const message = await a.take('publish');
        got.push(message.payload);
        await answer(a, message);
      }
      same('messages', got, count(15));
    },
  },
];

/** 60 messages in chunks of 12, on these topics in turn. */
async function inOrder(bench: Bench, qos: number, names: readonly string[]): Promise<void> {
  const clean = await bench.subscriber('c', [bench.topic('+'), qos]);
  const durable = await bench.connect('d', { clean: false });
  await subscribeTo(durable, [bench.topic('#'), qos]);
  const b = await bench.connect('b');
  const got = new Map<typeof clean, string[]>([
    [clean, []],
    [durable, []],
  ]);
  for (let start = 0; start < 60; start += 12) {
    const numbers = Array.from({ length: 12 }, (_, i) => start + i + 1);
    b.send(
      ...numbers.map((n) =>
        publish(bench.topic(names[n % names.length]!), `${n}`, { qos, id: (n % 12) + 1 }),
      ),
    );
    for (const n of qos === 2 ? numbers : []) {
      await b.expect('pubrec', { id: (n % 12) + 1 });
      b.send(acknowledge('pubrel', (n % 12) + 1));
      await b.expect('pubcomp', { id: (n % 12) + 1 });
    }
    for (const _ of qos === 1 ? numbers : []) await b.take('puback');
    for (const [wire, payloads] of got)
      for (const message of await wire.takeUntil(`${start + 12}`)) {
        payloads.push(message.payload);
        await answer(wire, message);
      }
  }
  for (const payloads of got.values()) same('messages', payloads, count(60));
}

/** Sections 4.3, 4.5 and 4.6: how messages are delivered, and in which order. */
export const deliveryRows: readonly Row[] = [...exchanges, ...order];
