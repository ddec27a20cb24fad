import { answer, same, say, subscribeTo, type Row } from './bench.ts';
import { leaveSession } from './rows-connack.ts';

/** Statements about the RETAIN flag: 3.3.1-5 to 3.3.1-12. */
export const retainedRows: readonly Row[] = [
  ...[0, 1, 2].map((qos): Row => ({
    clause: '3.3.1-5',
    says: 'a message with RETAIN is stored with its QoS for subscribers to come',
    given: `two retained messages of QoS ${qos} on one topic`,
    expect: 'a new subscriber is sent the second, with its QoS',
    async run(bench) {
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos, retain: true, id: 1 });
      await say(b, bench.topic('x'), '2', { qos, retain: true, id: 2 });
      const kept = await bench.retained(bench.topic('x'), b);
      same(
        'retained',
        kept.map((message) => [message.payload, message.qos]),
        [['2', qos]],
      );
    },
  })),
  ...['x/+', '#', '+/1', 'x/1'].map((filter): Row => ({
    clause: '3.3.1-6',
    says: 'a new subscription is sent the last retained message of each topic that matches',
    given: `retained messages on x/1, x/2, x/1/y, and the filter ${filter}`,
    expect: 'those that match, each once',
    async run(bench) {
      const b = await bench.connect('b');
      const topics = ['x/1', 'x/2', 'x/1/y'];
      for (const [i, topic] of topics.entries())
        await say(b, bench.topic(topic), topic, { qos: 1, retain: true, id: i + 1 });
      const wanted = { 'x/+': ['x/1', 'x/2'], '#': topics, '+/1': ['x/1'], 'x/1': ['x/1'] }[filter];
      const kept = await bench.retained(bench.topic(filter), b);
      same('retained', kept.map(({ payload }) => payload).sort(), [...(wanted ?? [])].sort());
    },
  })),
  {
    clause: '3.3.1-7',
    says: 'a retained message of QoS 0 takes the place of the one before',
    given: 'a retained message of QoS 1, then one of QoS 0',
    expect: 'the first is never sent again',
    async run(bench) {
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), 'old', { qos: 1, retain: true });
      await say(b, bench.topic('x'), 'new', { retain: true });
      const kept = await bench.retained(bench.topic('x'), b);
      same(
        'the old one is there',
        kept.some(({ payload }) => payload === 'old'),
        false,
      );
    },
  },
  {
    clause: '3.3.1-8',
    says: 'RETAIN is 1 in what is sent because of a new subscription',
    given: 'a retained message, and a client that subscribes',
    expect: 'RETAIN 1',
    async run(bench) {
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1, retain: true });
      const [kept] = await bench.retained(bench.topic('+'), b);
      same('RETAIN', kept?.retain, true);
    },
  },
  ...[true, false].map((clean): Row => ({
    clause: '3.3.1-9',
    says: 'RETAIN is 0 in what is sent because of an established subscription',
    given: `messages of QoS 0, 1 and 2 with RETAIN, and a ${clean ? 'clean' : 'durable'} subscriber`,
    expect: 'RETAIN 0',
    async run(bench) {
      const a = await bench.connect('a', { clean });
      await subscribeTo(a, [bench.topic('x'), 2]);
      const b = await bench.connect('b');
      for (const qos of [0, 1, 2])
        await say(b, bench.topic('x'), `${qos}`, { qos, retain: true, id: qos + 1 });
      const messages = await a.takeUntil('2');
      same(
        'RETAIN',
        messages.map((message) => [message.payload, message.retain]),
        [
          ['0', false],
          ['1', false],
          ['2', false],
        ],
      );
    },
  })),
  {
    clause: '3.3.1-9',
    says: 'RETAIN is 0 in what is sent because of an established subscription',
    given: 'a message with RETAIN that waits for an absent durable subscriber',
    expect: 'RETAIN 0, once',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 1);
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1, retain: true });
      const a = await bench.connect('a', { clean: false });
      await answer(a, await a.expect('publish', { payload: '1', retain: false }));
      await say(b, bench.topic('x'), '2', { qos: 1 });
      same('messages', (await a.takeUntil('2')).length, 1);
    },
  },
  {
    clause: '3.3.1-10',
    says: 'an empty retained message is delivered as usual, and removes the one before',
    given: 'a retained message, a subscriber, an empty retained message',
    expect: 'the subscriber is sent the empty one with RETAIN 0; one to come is sent nothing',
    async run(bench) {
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1, retain: true });
      const a = await bench.subscriber('a', [bench.topic('x'), 1]);
      await a.expect('publish', { payload: '1', retain: true });
      await say(b, bench.topic('x'), '', { qos: 1, retain: true });
      await a.expect('publish', { payload: '', retain: false });
      same('retained', await bench.retained(bench.topic('x'), b), []);
    },
  },
  {
    clause: '3.3.1-11',
    says: 'an empty retained message is not stored',
    given: 'an empty message with RETAIN on a topic that had none',
    expect: 'a new subscriber is sent nothing',
    async run(bench) {
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '', { qos: 1, retain: true });
      same('retained', await bench.retained(bench.topic('#'), b), []);
    },
  },
  {
    clause: '3.3.1-12',
    says: 'a message without RETAIN is not stored and does not touch the retained one',
    given: 'a retained message, and one without RETAIN, also empty',
    expect: 'a new subscriber is sent the retained one',
    async run(bench) {
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), 'kept', { qos: 1, retain: true });
      await say(b, bench.topic('x'), 'passing', { qos: 1 });
      await say(b, bench.topic('x'), '', { qos: 1 });
      const kept = await bench.retained(bench.topic('#'), b);
      same(
        'retained',
        kept.map(({ payload }) => payload),
        ['kept'],
      );
    },
  },
];
