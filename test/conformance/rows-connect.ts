import { same, say, subscribeTo, type Bench, type Row } from './bench.ts';
import { pingreq, publish, subscribe } from './packets.ts';
import { refuses, refusesConnect } from './rows-format.ts';

const first: Row[] = [
  ...Object.entries({
    PINGREQ: () => pingreq,
    PUBLISH: (bench: Bench) => publish(bench.topic('x'), 'x', { qos: 1 }),
    SUBSCRIBE: (bench: Bench) => subscribe(1, [[bench.topic('x'), 0]]),
  }).map(([what, bytes]): Row => ({
    clause: '3.1.0-1',
    says: 'the first packet of a client is CONNECT',
    given: `${what} first`,
    expect: 'closed without an answer',
    run: refusesConnect(bytes),
  })),
  {
    clause: '3.1.0-2',
    says: 'a second CONNECT is a protocol violation',
    given: 'the same CONNECT twice',
    expect: 'one CONNACK, then closed',
    run: refuses((bench) => bench.connectBytes('a')),
  },
  {
    clause: '3.1.2-1',
    says: 'with another protocol name a CONNECT is not taken as MQTT 3.1.1',
    given: 'the protocol name MQTX',
    expect: 'closed without CONNACK',
    run: refusesConnect((bench) => bench.connectBytes('a', { name: 'MQTX' })),
  },
  ...[0, 6, 127].map((level): Row => ({
    clause: '3.1.2-2',
    says: 'an unsupported protocol level is answered with return code 1, and closed',
    given: `protocol level ${level}`,
    expect: 'CONNACK 1, then closed',
    async run(bench) {
      const wire = await bench.open();
      wire.send(bench.connectBytes('a', { level }));
      await wire.expect('connack', { code: 1, isSessionPresent: false });
      await wire.expectClosed();
    },
  })),
];

const identifiers: Row[] = [
  {
    clause: '3.1.3-1',
    says: 'the fields come in the order client id, will topic, will message, user name, password',
    given: 'a CONNECT with all of them, in this order',
    expect: 'let in; the will is published with its topic and message',
    async run(bench) {
      const watcher = await bench.subscriber('b', [bench.topic('will'), 0]);
      const wire = await bench.connect('a', { will: { topic: bench.topic('will'), payload: 'gone' } });
      wire[Symbol.dispose]();
      await watcher.expect('publish', { topic: bench.topic('will'), payload: 'gone' });
    },
  },
  {
    clause: '3.1.3-2',
    says: 'the client id names the state that the server holds',
    given: 'two durable sessions, one of which has subscribed',
    expect: 'it is present for that client id only, and so is what waited for it',
    async run(bench) {
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), 1]);
      a[Symbol.dispose]();
      const b = await bench.open();
      b.send(bench.connectBytes('b', { clean: false }));
      await b.expect('connack', { isSessionPresent: false });
      await say(b, bench.topic('x'), 'for a', { qos: 1 });
      const again = await bench.open();
      again.send(bench.connectBytes('a', { clean: false }));
      await again.expect('connack', { isSessionPresent: true });
      await again.expect('publish', { payload: 'for a' });
    },
  },
  ...['Z', '0123456789abcdefghijklm', 'nopqrstuvwxyzABCDEFGHIJ', 'KLMNOPQRSTUVWXYZ'].map((clientId): Row => ({
    clause: '3.1.3-5',
    says: 'client ids of 1 to 23 letters and digits are allowed',
    given: `the client id ${clientId}`,
    expect: 'CONNACK 0',
    async run(bench) {
      await bench.connect('a', { clientId });
    },
  })),
  {
    clause: '3.1.3-6',
    says: 'a zero-length client id, if it is allowed, is given a unique one',
    given: 'two clients with clean sessions and no client id, one of which subscribes',
    expect: 'both stay connected, and the message reaches the one',
    async run(bench) {
      const a = await bench.connect('a', { clientId: '' });
      await subscribeTo(a, [bench.topic('x'), 1]);
      const b = await bench.connect('b', { clientId: '' });
      await say(b, bench.topic('x'), 'hello', { qos: 1 });
      await a.expect('publish', { payload: 'hello' });
      await b.ping();
      same('packets for the other', b.box, []);
    },
  },
  ...['3.1.3-8', '3.2.2-5'].map((clause): Row => ({
    clause,
    says:
      clause === '3.1.3-8'
        ? 'a zero-length client id with CleanSession 0 is answered with return code 2, and closed'
        : 'a CONNACK with another return code than 0 is followed by the end of the connection',
    given: 'no client id, CleanSession 0',
    expect: 'CONNACK 2, then closed',
    async run(bench) {
      const wire = await bench.open();
      wire.send(bench.connectBytes('a', { clientId: '', clean: false }));
      await wire.expect('connack', { code: 2 });
      await wire.expectClosed();
    },
  })),
  ...['a/b', 'a'.repeat(200), 'ä ö'].map((clientId): Row => ({
    clause: '3.1.3-9',
    says: 'a client id that the server rejects is answered with return code 2, and closed',
    given: `a client id that a server may reject: ${JSON.stringify(clientId.slice(0, 9))}`,
    expect: 'CONNACK 0, or CONNACK 2 and closed',
    async run(bench) {
      const wire = await bench.open();
      wire.send(bench.connectBytes('a', { clientId }));
      const { code } = await wire.take('connack');
      if (code === 0) return;
      same('return code', code, 2);
      await wire.expectClosed();
    },
  })),
];

const alive: Row[] = [
  {
    clause: '3.1.2-24',
    says: 'a client that is silent for one and a half times its keepalive is disconnected, as if the network had failed',
    given: 'a keepalive of 1 s, and silence; another with the same keepalive that pings',
    expect: 'the silent one is closed and its will published, the other is not',
    isLong: true,
    async run(bench) {
      const watcher = await bench.subscriber('w', [bench.topic('will'), 0]);
      const will = { topic: bench.topic('will'), payload: 'silent' };
      const silent = await bench.connect('a', { keepalive: 1, will });
      const busy = await bench.connect('b', { keepalive: 1 });
      const pings = setInterval(() => busy.send(pingreq), 300);
      try {
        await silent.expectClosed();
        await watcher.expect('publish', { payload: 'silent' });
      } finally {
        clearInterval(pings);
      }
      await busy.ping();
    },
  },
];

/** Sections 3.1.0, 3.1.2 and 3.1.3, without wills and sessions: who is let in. */
export const connectRows: readonly Row[] = [...first, ...identifiers, ...alive];
