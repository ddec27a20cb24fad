import { answer, same, say, subscribeTo, type Row } from './bench.ts';
import { acknowledge, publish } from './packets.ts';
import { isSessionPresent, leaveSession } from './rows-connack.ts';

const cleanSession: Row[] = [
  {
    clause: '3.1.2-4',
    says: 'CleanSession 0 resumes the session of the client id, or makes one',
    given: 'a durable subscriber that goes and comes back without subscribing',
    expect: 'its subscription is there',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 1);
      const { wire, isPresent } = await isSessionPresent(bench, 'a', false);
      same('session present', isPresent, true);
      await say(await bench.connect('b'), bench.topic('x'), '1', { qos: 1 });
      await wire.expect('publish', { payload: '1', qos: 1 });
    },
  },
  {
    clause: '3.1.2-5',
    says: 'messages of QoS 1 and 2 that match are stored while the client of a durable session is away',
    given: '10 messages of QoS 1 and 2 in turn for an absent subscriber',
    expect: 'all of them, in their order, when it is back',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 2);
      const b = await bench.connect('b');
      for (let i = 1; i <= 10; i++) await say(b, bench.topic('x'), `${i}`, { qos: 1 + (i % 2), id: i });
      const a = await bench.connect('a', { clean: false });
      for (let i = 1; i <= 10; i++)
        await answer(a, await a.expect('publish', { payload: `${i}`, qos: 1 + (i % 2) }));
    },
  },
  ...[true, false].map((next): Row => ({
    clause: '3.1.2-6',
    says: 'CleanSession 1 discards the session before it, and its own state is not used again',
    given: `a durable session with a waiting message, a clean one, and then a ${next ? 'clean' : 'durable'} one`,
    expect: 'no session, no subscription, no message',
    async run(bench) {
      await leaveSession(bench, 'a', bench.topic('x'), 1);
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1 });
      const clean = await bench.connect('a');
      await subscribeTo(clean, [bench.topic('y'), 1]);
      clean[Symbol.dispose]();
      const { wire, isPresent } = await isSessionPresent(bench, 'a', next);
      same('session present', isPresent, false);
      for (const topic of ['x', 'y']) await say(b, bench.topic(topic), topic, { qos: 1 });
      await subscribeTo(wire, [bench.topic('z'), 1]);
      await say(b, bench.topic('z'), 'end', { qos: 1 });
      same('messages', (await wire.takeUntil('end')).length, 1);
    },
  })),
  {
    clause: '3.1.2-6',
    says: 'CleanSession 1 discards the session before it, and its own state is not used again',
    given: 'an unfinished exchange of QoS 2, and the same packet id in a clean session',
    expect: 'a new message',
    async run(bench) {
      const watcher = await bench.subscriber('w', [bench.topic('x'), 1]);
      const a = await bench.connect('a', { clean: false });
      a.send(publish(bench.topic('x'), '1', { qos: 2, id: 5 }));
      await a.expect('pubrec', { id: 5 });
      a[Symbol.dispose]();
      await say(await bench.connect('a'), bench.topic('x'), '2', { qos: 2, id: 5 });
      same('messages', (await watcher.takeUntil('2')).length, 2);
    },
  },
  {
    clause: '3.1.2-7',
    says: 'retained messages are no part of a session, and stay when it ends',
    given: 'a retained message of a clean session that ends, and whose client id comes back clean',
    expect: 'a new subscriber is sent it',
    async run(bench) {
      const a = await bench.connect('a');
      await say(a, bench.topic('x'), 'kept', { qos: 1, retain: true });
      a[Symbol.dispose]();
      await bench.connect('a');
      const kept = await bench.retained(bench.topic('x'), await bench.connect('b'));
      same(
        'retained',
        kept.map(({ payload }) => payload),
        ['kept'],
      );
    },
  },
];

const life: Row[] = [
  {
    clause: '3.12.4-1',
    says: 'PINGREQ is answered with PINGRESP',
    given: 'three PINGREQs',
    expect: 'three PINGRESPs',
    async run(bench) {
      const wire = await bench.connect('a');
      for (let i = 0; i < 3; i++) await wire.ping();
      same('other packets', wire.box, []);
    },
  },
  {
    clause: '4.1.0-1',
    says: 'the state of a session is kept as long as the session',
    given:
      'a durable session with a subscription, a waiting message, one not acknowledged, and one half received',
    expect: 'all of it after two more connections that do nothing',
    async run(bench) {
      const watcher = await bench.subscriber('w', [bench.topic('own'), 1]);
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), 1]);
      a.send(publish(bench.topic('own'), 'half', { qos: 2, id: 77 }));
      await a.expect('pubrec', { id: 77 });
      const b = await bench.connect('b');
      await say(b, bench.topic('x'), '1', { qos: 1 });
      const { id } = await a.expect('publish', { payload: '1' });
      a[Symbol.dispose]();
      await say(b, bench.topic('x'), '2', { qos: 1 });
      for (let i = 0; i < 2; i++) (await bench.connect('a', { clean: false }))[Symbol.dispose]();
      const again = await bench.connect('a', { clean: false });
      await again.expect('publish', { payload: '1', id });
      await again.expect('publish', { payload: '2' });
      again.send(publish(bench.topic('own'), 'half', { qos: 2, id: 77, dup: true }));
      await again.expect('pubrec', { id: 77 });
      await say(b, bench.topic('own'), 'end', { qos: 1 });
      const payloads = (await watcher.takeUntil('end')).map(({ payload }) => payload);
      same('messages', payloads, ['half', 'end']);
    },
  },
  {
    clause: '4.1.0-2',
    says: 'a session lasts at least as long as its connection',
    given: 'a clean session through 20 messages, another client’s coming and going, and a failed SUBSCRIBE',
    expect: 'its subscription works',
    async run(bench) {
      const a = await bench.subscriber('a', [bench.topic('x'), 1]);
      const b = await bench.connect('b');
      (await bench.connect('c'))[Symbol.dispose]();
      for (let i = 1; i <= 20; i++) {
        await say(b, bench.topic('x'), `${i}`, { qos: 1 });
        await answer(a, await a.expect('publish', { payload: `${i}` }));
      }
    },
  },
  {
    clause: '4.4.0-1',
    says: 'PUBLISH that is not acknowledged is sent again, with its packet id, when the client is back',
    given: 'three messages of QoS 1 and 2, of which the second is acknowledged',
    expect: 'the first and the third, with their packet ids',
    async run(bench) {
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), 2]);
      const b = await bench.connect('b');
      const ids: number[] = [];
      for (const qos of [1, 2, 2]) {
        const payload = `${ids.length + 1}`;
        await say(b, bench.topic('x'), payload, { qos, id: ids.length + 1 });
        const message = await a.expect('publish', { payload, qos });
        ids.push(message.id);
        if (payload === '2') await answer(a, message);
      }
      await a.ping();
      a[Symbol.dispose]();
      const again = await bench.connect('a', { clean: false });
      await again.expect('publish', { payload: '1', id: ids[0]!, dup: true });
      await again.expect('publish', { payload: '3', id: ids[2]!, dup: true });
      await again.ping();
      same('other packets', again.box, []);
    },
  },
  {
    clause: '4.4.0-1',
    says: 'PUBREL that is not acknowledged is sent again, with its packet id, when the client is back',
    given: 'PUBREC, and the connection breaks before PUBCOMP; twice',
    expect: 'PUBREL, and no PUBLISH',
    async run(bench) {
      const a = await bench.connect('a', { clean: false });
      await subscribeTo(a, [bench.topic('x'), 2]);
      await say(await bench.connect('b'), bench.topic('x'), '1', { qos: 2 });
      const { id } = await a.expect('publish', { payload: '1' });
      a.send(acknowledge('pubrec', id));
      await a.expect('pubrel', { id });
      a[Symbol.dispose]();
      for (let i = 0; i < 2; i++) {
        const again = await bench.connect('a', { clean: false });
        await again.expect('pubrel', { id });
        await again.ping();
        same('other packets', again.box, []);
        again[Symbol.dispose]();
      }
      const last = await bench.connect('a', { clean: false });
      await last.expect('pubrel', { id });
      last.send(acknowledge('pubcomp', id));
      await last.ping();
      last[Symbol.dispose]();
      const done = await bench.connect('a', { clean: false });
      await done.ping();
      same('other packets', done.box, []);
    },
  },
];

/** Sections 3.1.2 (CleanSession), 3.12, 4.1 and 4.4: what is remembered of a client. */
export const sessionRows: readonly Row[] = [...cleanSession, ...life];
