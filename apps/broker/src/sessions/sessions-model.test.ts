import { createLog } from '@hearth/part';
import type { Client, PublishPacket } from 'aedes';
import * as fc from 'fast-check';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filterMatches } from '../access/topics.ts';
import { readLeft } from './recovery.ts';
import { openSessions, type Sessions } from './sessions.ts';

type QoS = 0 | 1 | 2;
const names = ['one', 'two', 'three'];
const filters = ['a/b', 'a/+', '#', 'c'];
const topics = ['a/b', 'a/c', 'c', 'd/e'];
const bounds = { messages: 6, bytes: 100_000 };
const log = createLog('test', 'silent');
const qos = fc.constantFrom<QoS>(0, 1, 2);

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      name: fc.constantFrom(...names),
      filter: fc.constantFrom(...filters),
      qos,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('unsubscribe' as const),
      name: fc.constantFrom(...names),
      filter: fc.constantFrom(...filters),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      topic: fc.constantFrom(...topics),
      qos,
      retain: fc.boolean(),
      isEmpty: fc.boolean(),
      packetId: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('send' as const, 'acknowledge' as const, 'clean' as const, 'release' as const),
      name: fc.constantFrom(...names),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pubrel' as const), packetId: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Queued {
  text: string;
  qos: QoS;
  packetId: number | null;
  isReleased: boolean;
}
interface Model {
  subscriptions: Map<string, Map<string, QoS>>;
  queues: Map<string, Queued[]>;
  retained: Map<string, string>;
  incoming: Set<number>;
}

/** What aedes hands to a persistence of a connection. */
const clientOf = (id: string): Client =>
  Object.assign(new EventEmitter(), {
    id,
    clean: false,
    closed: false,
    conn: new EventEmitter(),
    _nextId: 1,
    close() {},
  }) as unknown as Client;
const settled = <T>(answer: {
  then(ok: (value: T) => unknown, no: (error: Error) => unknown): unknown;
}): Promise<T> => new Promise((resolve, reject) => void answer.then(resolve, reject));

/** One open broker's half: what aedes would do with the sessions. */
async function openHalf(path: string) {
  const sessions = openSessions({ path }, { isGranted: () => true, bounds: () => bounds }, log);
  const aedes = { counter: 0, publish: () => {} };
  await sessions.setup(aedes);
  const publisher = clientOf('publisher');
  await new Promise<void>((resolve, reject) => {
    sessions.connect(publisher, { clientId: 'publisher', isDurable: true, will: undefined }, (failure) =>
      failure ? reject(failure) : resolve(),
    );
  });
  return { sessions, aedes, publisher };
}
type Half = Awaited<ReturnType<typeof openHalf>>;

async function publish({ sessions, aedes, publisher }: Half, packet: PublishPacket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    sessions.accept(
      publisher,
      packet,
      () => true,
      (failure) => (failure ? reject(failure) : resolve()),
    );
  });
  if (packet.qos === 2) {
    const isRepeat = await settled(sessions.incomingGetPacket(publisher, packet)).then(
      () => true,
      () => false,
    );
    if (isRepeat) return;
    sessions.incomingStorePacket(publisher, packet);
  }
  const numbered = { ...packet, brokerCounter: ++aedes.counter };
  if (packet.retain) sessions.storeRetained(numbered);
  if (packet.qos > 0)
    sessions
      .subscriptionsByTopic(packet.topic)
      .then((found) => void sessions.outgoingEnqueueCombi(found, numbered));
}

/** The oldest message that fits, as the sessions send it. */
const oldest = (model: Model, name: string, fits: (queued: Queued) => boolean): Queued | undefined =>
  model.queues.get(name)?.find(fits);

async function run(one: Step, half: Half, model: Model, text: string): Promise<void> {
  const { sessions } = half;
  switch (one.do) {
    case 'subscribe': {
      await settled(sessions.addSubscriptions({ id: one.name }, [{ topic: one.filter, qos: one.qos }]));
      const held = model.subscriptions.get(one.name) ?? new Map<string, QoS>();
      model.subscriptions.set(one.name, held.set(one.filter, one.qos));
      return;
    }
    case 'unsubscribe':
      await settled(sessions.removeSubscriptions({ id: one.name }, [one.filter]));
      model.subscriptions.get(one.name)?.delete(one.filter);
      return;
    case 'publish': {
      const payload = one.isEmpty ? '' : text;
      const packet = {
        cmd: 'publish',
        topic: one.topic,
        qos: one.qos,
        retain: one.retain,
        dup: false,
        payload: Buffer.from(payload),
        messageId: one.packetId,
      };
      await publish(half, packet as PublishPacket);
      notePublished(model, { ...one, payload });
      return;
    }
    case 'send': {
      const next = oldest(model, one.name, ({ packetId }) => packetId === null);
      const client = clientOf(one.name);
      const at = model.queues.get(one.name)?.indexOf(next!) ?? -1;
      if (!next) return;
      const counter = counters(sessions, one.name)[at]!;
      const packet = { cmd: 'publish', brokerCounter: counter, messageId: 1 };
      await settled(sessions.outgoingUpdate(client, packet));
      next.packetId = packet.messageId;
      return;
    }
    case 'release': {
      const sent = oldest(model, one.name, (q) => q.qos === 2 && q.packetId !== null && !q.isReleased);
      if (!sent) return;
      await settled(
        sessions.outgoingUpdate(clientOf(one.name), { cmd: 'pubrel', messageId: sent.packetId! }),
      );
      sent.isReleased = true;
      sent.text = '';
      return;
    }
    case 'acknowledge': {
      const sent = oldest(model, one.name, ({ packetId }) => packetId !== null);
      if (!sent) return;
      sessions.outgoingClearMessageId({ id: one.name }, { cmd: 'puback', messageId: sent.packetId! });
      model.queues.set(
        one.name,
        model.queues.get(one.name)!.filter((queued) => queued !== sent),
      );
      return;
    }
    case 'clean':
      await new Promise<void>((resolve) => {
        sessions.connect(clientOf(one.name), { clientId: one.name, isDurable: false, will: undefined }, () =>
          resolve(),
        );
      });
      model.subscriptions.delete(one.name);
      model.queues.delete(one.name);
      return;
    case 'pubrel':
      await settled(sessions.incomingDelPacket(half.publisher, { cmd: 'pubrel', messageId: one.packetId }));
      model.incoming.delete(one.packetId);
      return;
    case 'reopen':
  }
}

function notePublished(
  model: Model,
  {
    topic,
    qos: given,
    retain,
    payload,
    packetId,
  }: { topic: string; qos: QoS; retain: boolean; payload: string; packetId: number },
): void {
  if (given === 2) {
    if (model.incoming.has(packetId)) return;
    model.incoming.add(packetId);
  }
  if (retain && payload) model.retained.set(topic, `${payload} ${given}`);
  else if (retain) model.retained.delete(topic);
  for (const [name, held] of model.subscriptions) {
    const granted = Math.max(
      0,
      ...[...held].filter(([filter]) => filterMatches(filter, topic)).map(([, q]) => q),
    );
    const lower = Math.min(granted, given) as QoS;
    const queue = model.queues.get(name) ?? [];
    if (lower === 0 || queue.length >= bounds.messages) continue;
    model.queues.set(name, [...queue, { text: payload, qos: lower, packetId: null, isReleased: false }]);
  }
}

const counters = (sessions: Sessions, name: string): number[] =>
  sessions.kept(name).map(({ counter }) => counter);

function expectLeft(path: string, model: Model): void {
  const left = readLeft(path);
  const flat = (map: Map<string, Queued[]>) =>
    [...map].flatMap(([name, queue]) => queue.map((queued) => ({ name, ...queued }))).toSorted(byName);
  const byName = (a: { name: string }, b: { name: string }): number =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  expect(
    left.queued
      .map((q) => ({
        name: q.name,
        text: q.payload.toString(),
        qos: q.qos,
        packetId: q.packetId,
        isReleased: q.isReleased === 1,
      }))
      .toSorted(byName),
  ).toEqual(flat(model.queues));
  expect(new Map(left.retained.map((r) => [r.topic, `${r.payload.toString()} ${r.qos}`]))).toEqual(
    model.retained,
  );
  expect(left.subscriptions.map((s) => `${s.name} ${s.filter} ${s.qos}`).toSorted()).toEqual(
    [...model.subscriptions]
      .flatMap(([name, held]) => [...held].map(([filter, q]) => `${name} ${filter} ${q}`))
      .toSorted(),
  );
  expect(new Set(left.incoming.map(({ packetId }) => packetId))).toEqual(model.incoming);
}

test(
  'whatever was done, the journal holds what memory holds, after each reopening',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const folder = mkdtempSync(join(tmpdir(), 'hearth-sessions-'));
        const path = join(folder, 'sessions.db');
        const model: Model = {
          subscriptions: new Map(),
          queues: new Map(),
          retained: new Map(),
          incoming: new Set(),
        };
        let half = await openHalf(path);
        try {
          for (const [i, one] of steps.entries()) {
            await run(one, half, model, `message ${i}`);
            if (one.do !== 'reopen') continue;
            await half.sessions[Symbol.asyncDispose]();
            expectLeft(path, model);
            half = await openHalf(path);
          }
        } finally {
          await half.sessions[Symbol.asyncDispose]();
          expectLeft(path, model);
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 20 },
    );
  },
);
