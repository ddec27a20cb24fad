import { same, say, subscribeTo, type Bench, type Row } from './bench.ts';
import { field, packet, publish, subscribe, u16, unsubscribe } from './packets.ts';
import { refuses } from './rows-format.ts';

/** Whether a message on `topic` reaches a subscription to `filter`, both after the row's own prefix. */
async function reaches(bench: Bench, filter: string, topic: string): Promise<boolean> {
  const client = `s${Math.random().toString(36).slice(2, 6)}`;
  const a = await bench.subscriber(client, [bench.topic(filter), 1], [`${bench.topic('')}e/n/d`, 1]);
  const b = await bench.connect('b');
  await say(b, bench.topic(topic), 'it', { qos: 1 });
  await say(b, `${bench.topic('')}e/n/d`, 'end', { qos: 1 });
  return (await a.takeUntil('end')).some(({ payload }) => payload === 'it');
}

const matches: readonly [clause: string, says: string, filter: string, topic: string, wanted: boolean][] = [
  ['4.7.1-2', '# matches its parent and all levels below', 'x/#', 'x', true],
  ['4.7.1-2', '# matches its parent and all levels below', 'x/#', 'x/y/z', true],
  ['4.7.1-2', '# matches its parent and all levels below', 'x/#', 'xy', false],
  ['4.7.1-3', '+ takes a whole level, the first, the last, and an empty one', '+/y', 'x/y', true],
  ['4.7.1-3', '+ takes a whole level, the first, the last, and an empty one', 'x/+', 'x/', true],
  ['4.7.1-3', '+ takes a whole level, the first, the last, and an empty one', 'x/+', 'x', false],
  ['4.7.1-3', '+ takes a whole level, the first, the last, and an empty one', '+/+', '/y', true],
  ['4.7.1-3', '+ takes a whole level, the first, the last, and an empty one', '+', '/y', false],
  ['4.7.1-3', '+ takes a whole level, the first, the last, and an empty one', 'x/+/#', 'x/y', true],
  ['4.7.3-4', 'nothing is normalised when filters are matched', 'caf\u00e9', 'cafe\u0301', false],
  ['4.7.3-4', 'nothing is normalised when filters are matched', 'cafe\u0301', 'cafe\u0301', true],
  ['4.7.3-4', 'nothing is normalised when filters are matched', 'X', 'x', false],
  ['4.7.3-4', 'nothing is normalised when filters are matched', 'x//y', 'x/y', false],
  ['4.7.3-4', 'nothing is normalised when filters are matched', 'x/y/', 'x/y', false],
  ['4.7.3-4', 'nothing is normalised when filters are matched', 'a b', 'a b', true],
  ['4.7.3-4', 'nothing is normalised when filters are matched', 'Ω 暖房 🔥', 'Ω 暖房 🔥', true],
];

const wrongFilters: readonly [clause: string, says: string, filter: string][] = [
  ['4.7.1-2', '# stands alone in the last level', 'a#'],
  ['4.7.1-2', '# stands alone in the last level', 'a/#/b'],
  ['4.7.1-2', '# stands alone in the last level', 'a/b#'],
  ['4.7.1-2', '# stands alone in the last level', '##'],
  ['4.7.1-3', '+ stands alone in its level', 'a+/b'],
  ['4.7.1-3', '+ stands alone in its level', 'a/+b'],
  ['4.7.1-3', '+ stands alone in its level', 'a/b+'],
  ['4.7.1-3', '+ stands alone in its level', '++'],
];

const dollar: Row = {
  clause: '4.7.2-1',
  says: 'a filter that begins with a wildcard matches no topic that begins with $',
  given: 'a message on a $ topic; subscribers to it, to #, and to its other levels behind +',
  expect: 'only the first has it',
  async run(bench) {
    const { dollarTopic } = bench.subject;
    const exact = await bench.connectAdmin('e');
    await subscribeTo(exact, [dollarTopic, 1]);
    const wild = await bench.connectAdmin('w');
    const behindPlus = `+/${dollarTopic.split('/').slice(1).join('/')}`;
    await subscribeTo(wild, ['#', 0], [behindPlus, 0]);
    bench.subject.provokeDollar(exact);
    await exact.expect('publish', { topic: dollarTopic });
    await say(await bench.connect('b'), bench.topic('x'), `end of ${bench.clientId('')}`, { qos: 1 });
    const heard = await wild.takeUntil(`end of ${bench.clientId('')}`);
    same(
      '$ topics',
      heard.filter(({ topic }) => topic.startsWith('$')),
      [],
    );
  },
};

/** Section 4.7: topics and filters. */
export const topicRows: readonly Row[] = [
  ...['+', 'a/#'].map((name): Row => ({
    clause: '4.7.1-1',
    says: 'wildcards are for filters, not for topics',
    given: `PUBLISH and a will to ${name}`,
    expect: 'closed; the will also with a return code that is not 0',
    async run(bench) {
      await refuses(() => publish(bench.topic(name), 'x', { qos: 2 }))(bench);
      const wire = await bench.open();
      wire.send(bench.connectBytes('b', { will: { topic: bench.topic(name), payload: 'gone' } }));
      const code = await wire.take('connack').then(
        (connack) => connack.code,
        () => null,
      );
      same('let in', code === 0, false);
      await wire.expectClosed();
    },
  })),
  ...wrongFilters.map(([clause, says, filter]): Row => ({
    clause,
    says,
    given: `SUBSCRIBE to ${filter}`,
    expect: 'failure in SUBACK, or closed',
    async run(bench) {
      const wire = await bench.connect('a');
      wire.send(subscribe(1, [[bench.topic(filter), 1]]));
      const codes = await wire.take('suback').then(
        (suback) => suback.codes,
        () => wire.expectClosed().then(() => [128]),
      );
      same('return codes', codes, [128]);
    },
  })),
  ...matches.map(([clause, says, filter, topic, wanted]): Row => ({
    clause,
    says,
    given: `the filter ${filter} and a message on ${topic}`,
    expect: wanted ? 'delivered' : 'not delivered',
    run: async (bench) => same('delivered', await reaches(bench, filter, topic), wanted),
  })),
  dollar,
  ...Object.entries({
    'PUBLISH to an empty topic': publish('', 'x'),
    'SUBSCRIBE to an empty filter': subscribe(1, [['', 0]]),
    'UNSUBSCRIBE from an empty filter': unsubscribe(1, ['']),
  }).map(([given, bytes]): Row => ({
    clause: '4.7.3-1',
    says: 'topics and filters have at least one character',
    given,
    expect: 'closed',
    run: refuses(() => bytes),
  })),
  ...Object.entries({
    PUBLISH: (topic: string) => publish(topic, 'x'),
    SUBSCRIBE: (topic: string) => subscribe(1, [[topic, 0]]),
    UNSUBSCRIBE: (topic: string) => packet(0xa2, u16(1), field(topic)),
  }).map(([what, bytes]): Row => ({
    clause: '4.7.3-2',
    says: 'topics and filters have no NUL',
    given: `${what} with one`,
    expect: 'closed',
    run: refuses((bench) => bytes(bench.topic('a\0'))),
  })),
];
