import { same, say, type Bench, type Row } from './bench.ts';
import { disconnect, packet, type ConnectOptions } from './packets.ts';
import type { Wire } from './wire.ts';

const willOf = (bench: Bench, more: { qos?: number; retain?: boolean } = {}): ConnectOptions => ({
  will: { topic: bench.topic('will'), payload: 'gone', ...more },
});

/** A watcher of the row's wills. */
const watch = (bench: Bench, qos = 2): Promise<Wire> => bench.subscriber('w', [bench.topic('will'), qos]);

/** What the watcher has heard when a message published now has reached it. */
async function heard(bench: Bench, watcher: Wire): Promise<string[]> {
  await say(await bench.connect('z'), bench.topic('will'), 'now', { qos: 1 });
  return (await watcher.takeUntil('now')).map(({ payload }) => payload);
}

/** Ends connections in ways that are not a clean one. */
const abnormalEnds: readonly [what: string, end: (bench: Bench, wire: Wire) => Promise<void>][] = [
  ['the connection breaks', async (_bench, wire) => wire[Symbol.dispose]()],
  ['the client breaks the protocol', async (_bench, wire) => wire.expectRefused(packet(0xf0))],
  ['another takes its client id', async (bench) => void (await bench.connect('a'))],
  ['it sends a DISCONNECT with flags', async (_bench, wire) => wire.expectRefused(packet(0xe1))],
];

/** Statements about wills: 3.1.2-8 to 3.1.2-17, 3.14.1 and 3.14.4. */
export const willRows: readonly Row[] = [
  ...abnormalEnds.map(([given, end]): Row => ({
    clause: '3.1.2-8',
    says: 'the will is published when the connection ends without DISCONNECT',
    given,
    expect: 'the will is published',
    async run(bench) {
      const watcher = await watch(bench);
      await end(bench, await bench.connect('a', willOf(bench)));
      await watcher.expect('publish', { payload: 'gone' });
    },
  })),
  ...[0, 1, 2].map((qos): Row => ({
    clause: '3.1.2-9',
    says: 'the will’s QoS and retain flag are used',
    given: `a will of QoS ${qos}, retained`,
    expect: 'published with them',
    async run(bench) {
      const watcher = await watch(bench);
      (await bench.connect('a', willOf(bench, { qos, retain: true })))[Symbol.dispose]();
      await watcher.expect('publish', { payload: 'gone', qos, retain: false });
      const [kept] = await bench.retained(bench.topic('will'), await bench.connect('b'));
      same('retained will', [kept?.payload, kept?.qos], ['gone', qos]);
    },
  })),
  ...(
    [
      ['once it was published', async (_bench: Bench, wire: Wire) => wire[Symbol.dispose](), ['gone', 'now']],
      ['at DISCONNECT', async (_bench: Bench, wire: Wire) => wire.send(disconnect), ['now']],
    ] as const
  ).map(([when, end, wanted]): Row => ({
    clause: '3.1.2-10',
    says: `the will is removed from the session ${when}`,
    given: 'a durable session with a will, that comes back without one and breaks',
    expect: wanted.length === 2 ? 'the will once' : 'no will',
    async run(bench) {
      const watcher = await watch(bench, 1);
      const first = await bench.connect('a', { clean: false, ...willOf(bench, { qos: 1 }) });
      await end(bench, first);
      if (wanted.length === 2) await watcher.expect('publish', { payload: 'gone' });
      else await first.expectClosed();
      (await bench.connect('a', { clean: false }))[Symbol.dispose]();
      const again = await bench.connect('a', { clean: false });
      again[Symbol.dispose]();
      same('messages', await heard(bench, watcher), ['now']);
    },
  })),
  {
    clause: '3.1.2-12',
    says: 'without the will flag no will is published',
    given: 'a connection with a will, taken over by one without, which breaks',
    expect: 'the will of the first only',
    async run(bench) {
      const watcher = await watch(bench, 1);
      await bench.connect('a', willOf(bench));
      const second = await bench.connect('a');
      await watcher.expect('publish', { payload: 'gone' });
      await second.expectRefused(packet(0xf0));
      same('messages', await heard(bench, watcher), ['now']);
    },
  },
  {
    clause: '3.1.2-16',
    says: 'without will retain the will is published as a message that is not retained',
    given: 'a will without retain, and a subscriber after it',
    expect: 'nothing is retained',
    async run(bench) {
      const watcher = await watch(bench);
      (await bench.connect('a', willOf(bench, { qos: 1 })))[Symbol.dispose]();
      await watcher.expect('publish', { payload: 'gone', retain: false });
      same('retained', await bench.retained(bench.topic('will'), await bench.connect('b')), []);
    },
  },
  {
    clause: '3.1.2-17',
    says: 'with will retain the will is published as a retained message',
    given: 'a will with retain, and a subscriber after it',
    expect: 'the will, with the retain flag',
    async run(bench) {
      const watcher = await watch(bench);
      (await bench.connect('a', willOf(bench, { qos: 1, retain: true })))[Symbol.dispose]();
      await watcher.expect('publish', { payload: 'gone' });
      const [kept] = await bench.retained(bench.topic('will'), await bench.connect('b'));
      same('retained will', [kept?.payload, kept?.retain], ['gone', true]);
    },
  },
  {
    clause: '3.14.1-1',
    says: 'a DISCONNECT with flags closes the connection',
    given: 'DISCONNECT with flags 1',
    expect: 'closed',
    async run(bench) {
      await (await bench.connect('a')).expectRefused(packet(0xe1));
    },
  },
  {
    clause: '3.14.4-3',
    says: 'DISCONNECT discards the will',
    given: 'a will, and DISCONNECT',
    expect: 'closed, and no will',
    async run(bench) {
      const watcher = await watch(bench, 1);
      const wire = await bench.connect('a', willOf(bench, { qos: 1, retain: true }));
      wire.send(disconnect);
      await wire.expectClosed();
      same('messages', await heard(bench, watcher), ['now']);
    },
  },
];
