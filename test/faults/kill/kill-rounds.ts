import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../random.ts';
import { createChanger } from './changer.ts';
import { createLedger, type Faults } from './ledger.ts';
import type { Place } from './link.ts';
import { createPublisher } from './publisher.ts';
import { checkRetained } from './retained.ts';
import type { Subject } from './subjects.ts';
import { createSubscriber } from './subscriber.ts';
import { createWills } from './wills.ts';

/** What some kills came to. */
export interface KillReport {
  kills: number;
  /** Messages that publishers had PUBACK or PUBREC for. */
  acknowledged: number;
  /** Messages that came to the subscribers, all of them together. */
  received: number;
  /** Times that the subscriptions left by a kill were looked at. */
  subscriptionChecks: number;
  faults: Faults;
  /** The first of the faults, in words. */
  examples: string[];
  /** Of a broker whose modules are loaded, from its start to its first connection. */
  slowestStartMs: number;
}

const windows = [1, 20, 100];
const runMaxMs = 400;
/** Of the rounds: the others are killed while everybody comes. */
const underWayShare = 0.75;
/** Of the whole of a start. */
const startMaxMs = 120;
const startKillShare = 0.1;
const awayShare = 0.8;
const settleEvery = 20;
/** So long nothing comes any more when something is lost. */
const patienceMs = 5000;

/**
 * Kills a broker `kills` times at moments that `seed` gives, under publishers with and without a session (QoS 1 and 2, windows 1, 20 and 100),
 * two subscribers that come again after each kill, two that are mostly away, clients with wills, and one that changes
 * its subscriptions; then lets all that is owed arrive and reads the books.
 */
export async function runKills(
  subject: Subject,
  options: { kills: number; seed: number; tell?: (line: string) => void },
): Promise<KillReport> {
  const { kills, seed, tell } = options;
  const random = createRandom(seed);
  const ledger = createLedger();
  const wills = createWills(ledger, ['present1', 'present2', 'away1', 'away2']);
  const present = ([1, 2] as const).map((qos) => createSubscriber(ledger, wills, `present${qos}`, qos));
  const away = ([1, 2] as const).map((qos) => createSubscriber(ledger, wills, `away${qos}`, qos));
  const publishers = ([1, 2] as const).flatMap((qos) =>
    windows
      .map((window) => createPublisher(ledger, { qos, window }))
      .concat(createPublisher(ledger, { qos, window: 20, isClean: true })),
  );
  const changer = createChanger(ledger, random);
  let slowestStartMs = 0;
  let done = 0;

  const start = async (): Promise<Place> => {
    const { readyMs, ...place } = await subject.start();
    slowestStartMs = Math.max(slowestStartMs, readyMs);
    return place;
  };
  const begin = (place: Place): Promise<unknown> => {
    for (const publisher of publishers) publisher.resume();
    return Promise.all([
      checkRetained(ledger, publishers, place),
      ...[...present, ...publishers, changer, wills].map((client) => client.connect(place)),
      ...away.map((client) => random() >= awayShare && client.connect(place)),
    ]);
  };
  const kill = async (): Promise<void> => {
    wills.noteKill();
    await subject.kill();
    done++;
  };
  /** Everybody comes, nothing new is published, and all that is owed arrives. */
  const settle = async (place: Place): Promise<void> => {
    await Promise.all(away.filter(({ isConnected }) => !isConnected).map((client) => client.connect(place)));
    for (const publisher of publishers) publisher.pause();
    const isDone = (): boolean =>
      publishers.every(({ isIdle }) => isIdle) && ledger.isComplete() && wills.isComplete();
    const startedAt = performance.now();
    while (!isDone() && (ledger.quietMs() < patienceMs || performance.now() - startedAt < patienceMs))
      await pause(20);
    for (const { isIdle, name } of publishers) if (!isIdle) ledger.note('unanswered', name);
    ledger.close();
    wills.close();
    await Promise.all(away.map((client) => client.leave()));
  };

  const first = await start();
  // Whoever is to miss nothing has a subscription before anything is published.
  await Promise.all([...present, ...away].map((client) => client.connect(first)));
  await Promise.all(away.map((client) => client.leave()));
  void begin(first);
  await pause(random() * runMaxMs);
  await kill();
  while (done < kills) {
    if (random() < startKillShare && done + 1 < kills) {
      await subject.startAndKill(random() * startMaxMs);
      done++;
    }
    const place = await start();
    const underWay = ledger.nextAcknowledgement();
    const begun = begin(place);
    if (random() < underWayShare) await Promise.race([underWay, pause(patienceMs)]);
    await pause(random() * runMaxMs);
    if (done % settleEvery === 0 || done + 1 >= kills) {
      await begun;
      await settle(place);
      const { acknowledged, received } = ledger.totals();
      tell?.(`${done} kills: ${acknowledged} acknowledged, ${received} received`);
    }
    await kill();
    void begun;
  }
  const last = await start();
  await Promise.all([...present, ...away, ...publishers].map((client) => client.connect(last)));
  await settle(last);
  return {
    kills: done,
    ...ledger.totals(),
    subscriptionChecks: changer.checks(),
    faults: ledger.faults,
    examples: ledger.examples,
    slowestStartMs,
  };
}

/** One line for people. */
export function wordsOf({ kills, acknowledged, received, faults, ...rest }: KillReport): string {
  const found = Object.entries(faults).map(([name, count]) => `${name} ${count}`);
  return (
    `${kills} kills: ${acknowledged} messages acknowledged, ${received} received; ${found.join(', ')}; ` +
    `${rest.subscriptionChecks} looks at subscriptions, slowest start ${Math.round(rest.slowestStartMs)} ms`
  );
}
