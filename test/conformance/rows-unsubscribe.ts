import { same, say, subscribeTo, type Row } from './bench.ts';
import { acknowledge, unsubscribe } from './packets.ts';

/** Section 3.10.4: what UNSUBSCRIBE does. */
export const unsubscribeRows: readonly Row[] = [
  {
    clause: '3.10.4-1',
    says: 'the filters of UNSUBSCRIBE are compared byte by byte',
    given: 'subscriptions to x and +, and UNSUBSCRIBE of X, x/, #, and then +',
    expect: 'x is left',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 1], [bench.topic('+'), 1]);
      a.send(
        unsubscribe(
          2,
          ['X', 'x/', '#'].map((filter) => bench.topic(filter)),
        ),
      );
      await a.expect('unsuback', { id: 2 });
      a.send(unsubscribe(3, [bench.topic('+')]));
      await a.expect('unsuback', { id: 3 });
      const b = await bench.connect('b');
      for (const topic of ['y', 'x']) await say(b, bench.topic(topic), topic, { qos: 1 });
      same('messages', (await a.takeUntil('x')).length, 1);
    },
  },
  ...[true, false].map((clean): Row => ({
    clause: '3.10.4-2',
    says: 'after UNSUBSCRIBE no new messages are added for the client',
    given: `a ${clean ? 'clean' : 'durable'} session that unsubscribes from one of two filters`,
    expect: 'messages of the other only, also those that wait for it',
    async run(bench) {
      const a = await bench.connect('a', { clean });
      await subscribeTo(a, [bench.topic('x'), 1], [bench.topic('y'), 1]);
      a.send(unsubscribe(2, [bench.topic('x')]));
      await a.expect('unsuback', { id: 2 });
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1 });
      await say(b, bench.topic('y'), '2', { qos: 1 });
      same('messages', (await a.takeUntil('2')).length, 1);
      if (clean) return;
      a[Symbol.dispose]();
      await say(b, bench.topic('x'), '3', { qos: 1 });
      await say(b, bench.topic('y'), '4', { qos: 1 });
      const again = await bench.connect('a', { clean });
      const payloads = (await again.takeUntil('4')).map(({ payload }) => payload);
      same('3 is among them', payloads.includes('3'), false);
    },
  })),
  {
    clause: '3.10.4-3',
    says: 'deliveries of QoS 1 and 2 that have begun are completed after UNSUBSCRIBE',
    given: 'a message of QoS 2 that was sent before UNSUBSCRIBE, and PUBREC after it',
    expect: 'PUBREL; and in a durable session it is sent again until PUBREC',
    async run(bench) {
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), 2]);
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 2 });
      const { id } = await a.expect('publish', { payload: '1', qos: 2 });
      a.send(unsubscribe(2, [bench.topic('x')]));
      await a.expect('unsuback', { id: 2 });
      a[Symbol.dispose]();
      const again = await bench.connect('a', { clean: false });
      await again.expect('publish', { payload: '1', id });
      again.send(acknowledge('pubrec', id));
      await again.expect('pubrel', { id });
      again.send(acknowledge('pubcomp', id));
      await again.ping();
    },
  },
  {
    clause: '3.10.4-4',
    says: 'UNSUBSCRIBE is answered with UNSUBACK of the same packet id',
    given: 'UNSUBSCRIBE with 0x0a0b',
    expect: 'UNSUBACK with it',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 0]);
      a.send(unsubscribe(0x0a0b, [bench.topic('x')]));
      await a.expect('unsuback', { id: 0x0a0b });
    },
  },
  {
    clause: '3.10.4-5',
    says: 'UNSUBSCRIBE is answered with UNSUBACK also when nothing is deleted',
    given: 'UNSUBSCRIBE of a filter that was never subscribed to',
    expect: 'UNSUBACK',
    async run(bench) {
      const a = await bench.connect('a');
      a.send(unsubscribe(9, [bench.topic('never')]));
      await a.expect('unsuback', { id: 9 });
    },
  },
  {
    clause: '3.10.4-6',
    says: 'many filters in one UNSUBSCRIBE are taken as if each came in its own, with one UNSUBACK',
    given: 'UNSUBSCRIBE of two of three filters, one of them twice',
    expect: 'one UNSUBACK; the third is left',
    async run(bench) {
      const [x, y, z] = ['x', 'y', 'z'].map((name) => bench.topic(name)) as [string, string, string];
      const a = await bench.subscriber('a', [x, 1], [y, 1], [z, 1]);
      a.send(unsubscribe(2, [x, y, x]));
      await a.expect('unsuback', { id: 2 });
      const b = await bench.connect('b');
      for (const topic of [x, y, z]) await say(b, topic, topic, { qos: 1 });
      same('messages', (await a.takeUntil(z)).length, 1);
      same('other packets', a.box, []);
    },
  },
];
