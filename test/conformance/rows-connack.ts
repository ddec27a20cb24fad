import { same, say, subscribeTo, type Bench, type Row } from './bench.ts';
import { publish, subscribe, type ConnectOptions } from './packets.ts';
import type { Wire } from './wire.ts';

/** Connects and says whether CONNACK tells of a session. */
export async function isSessionPresent(
  bench: Bench,
  client: string,
  clean: boolean,
): Promise<{ wire: Wire; isPresent: boolean }> {
  const wire = await bench.open();
  wire.send(bench.connectBytes(client, { clean }));
  const connack = await wire.expect('connack', { code: 0 });
  return { wire, isPresent: connack.isSessionPresent };
}

/** A durable session that has subscribed and is away. */
export async function leaveSession(bench: Bench, client: string, filter: string, qos: number): Promise<void> {
  const wire = await bench.connect(client, { clean: false });
  await subscribeTo(wire, [filter, qos]);
  wire[Symbol.dispose]();
}

const present = async (bench: Bench, client: string, clean: boolean, wanted: boolean): Promise<void> => {
  const { wire, isPresent } = await isSessionPresent(bench, client, clean);
  same('session present', isPresent, wanted);
  wire[Symbol.dispose]();
};

const answers: Row[] = [
  {
    clause: '3.1.4-2',
    says: 'a client id that connects again disconnects the client that has it',
    given: 'two connections with one client id',
    expect: 'the first is closed, the second works',
    async run(bench) {
      const a = await bench.connect('a');
      const again = await bench.connect('a');
      await a.expectClosed();
      await again.ping();
    },
  },
  {
    clause: '3.1.4-3',
    says: 'a CONNECT that is accepted has its CleanSession done',
    given: 'a subscription of a clean session, taken over by another clean session',
    expect: 'the subscription is gone',
    async run(bench) {
      await bench.subscriber('a', [bench.topic('x'), 0]);
      const again = await bench.connect('a');
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), 'nobody hears it', { qos: 1 });
      await subscribeTo(again, [bench.topic('x'), 0]);
      await say(b, bench.topic('x'), 'heard', { qos: 1 });
      same('messages', (await again.takeUntil('heard')).length, 1);
    },
  },
  {
    clause: '3.1.4-4',
    says: 'a CONNECT that is accepted is answered with return code 0',
    given: 'a CONNECT',
    expect: 'CONNACK 0',
    async run(bench) {
      const wire = await bench.open();
      wire.send(bench.connectBytes('a'));
      await wire.expect('connack', { code: 0, isSessionPresent: false });
    },
  },
  {
    clause: '3.1.4-5',
    says: 'nothing behind a CONNECT that is rejected is processed',
    given: 'a rejected CONNECT and a PUBLISH in one chunk',
    expect: 'no message',
    async run(bench) {
      const watcher = await bench.subscriber('b', [bench.topic('x'), 1]);
      const wire = await bench.open();
      wire.send(
        bench.connectBytes('a', { clientId: '', clean: false }),
        publish(bench.topic('x'), 'unheard', { qos: 1 }),
      );
      await wire.take('connack');
      await wire.expectClosed();
      await say(await bench.connect('c'), bench.topic('x'), 'heard', { qos: 1 });
      same('messages', (await watcher.takeUntil('heard')).length, 1);
    },
  },
  {
    clause: '3.2.0-1',
    says: 'the first packet from the server is CONNACK',
    given: 'a session with waiting messages, and a SUBSCRIBE in the same chunk as CONNECT',
    expect: 'CONNACK before PUBLISH and SUBACK',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 1);
      await say(await bench.connect('b'), bench.topic('x'), 'waits', { qos: 1 });
      const wire = await bench.open();
      wire.send(bench.connectBytes('a', { clean: false }), subscribe(7, [[bench.topic('y'), 0]]));
      await wire.take('publish');
      await wire.take('suback');
      same('the first packet', wire.seen[0], 'connack');
    },
  },
];

const sessionPresent: Row[] = [
  {
    clause: '3.2.2-1',
    says: 'session present is 0 with CleanSession 1',
    given: 'a stored session, and CleanSession 1',
    expect: '0',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 1);
      await present(bench, 'a', true, false);
    },
  },
  {
    clause: '3.2.2-2',
    says: 'session present is 1 with CleanSession 0 and a stored session',
    given: 'a stored session with a subscription',
    expect: '1',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 1);
      await present(bench, 'a', false, true);
    },
  },
  {
    clause: '3.2.2-2',
    says: 'session present is 1 with CleanSession 0 and a stored session',
    given: 'a durable session that has never subscribed, or has unsubscribed',
    expect: '1',
    async run(bench) {
      await present(bench, 'a', false, false);
      await present(bench, 'a', false, true);
    },
  },
  {
    clause: '3.2.2-3',
    says: 'session present is 0 without a stored session',
    given: 'a new client id with CleanSession 0; one whose last session was clean',
    expect: '0',
    async run(bench) {
      await present(bench, 'a', false, false);
      await present(bench, 'b', true, false);
      await present(bench, 'b', false, false);
    },
  },
  {
    clause: '3.2.2-4',
    says: 'session present is 0 when the connection is refused',
    given: 'a refused CONNECT',
    expect: '0',
    async run(bench) {
      const wire = await bench.open();
      wire.send(bench.connectBytes('a', { clientId: '', clean: false }));
      await wire.expect('connack', { code: 2, isSessionPresent: false });
    },
  },
];

const refusable: readonly [what: string, options: ConnectOptions][] = [
  ['a password that is wrong', { password: 'wrong' }],
  ['a keepalive of 0', { keepalive: 0 }],
  ['a keepalive of 65,535 s', { keepalive: 65_535 }],
  ['a will on a topic of others', { will: { topic: 'others/x', payload: 'gone' } }],
  ['a will topic of 50 levels', { will: { topic: 't/'.repeat(50), payload: 'gone' } }],
  ['a protocol level of 6', { level: 6 }],
];

/** Sections 3.1.4 and 3.2: what CONNECT is answered with. */
export const connackRows: readonly Row[] = [
  ...answers,
  ...sessionPresent,
  ...refusable.map(([given, options]): Row => ({
    clause: '3.2.2-6',
    says: 'a connection is refused with a return code of the table, or closed without CONNACK',
    given,
    expect: 'let in, or CONNACK 1 to 5 and closed, or closed',
    async run(bench) {
      const wire = await bench.open();
      wire.send(bench.connectBytes('a', options));
      const code = await wire.take('connack').then(
        (connack) => connack.code,
        (error: Error) => {
          if (!error.message.includes('closed connection')) throw error;
          return null;
        },
      );
      if (code === 0) return;
      same('a return code of the table', code === null || (code >= 1 && code <= 5), true);
      await wire.expectClosed();
    },
  })),
];
