import { setTimeout as pause } from 'node:timers/promises';
import { acknowledge, publish, subscribe } from '../../conformance/packets.ts';
import { createLedger } from './ledger.ts';
import { join, type Link, type Place } from './link.ts';
import { createPublisher } from './publisher.ts';
import { createSubscriber } from './subscriber.ts';
import { createWills } from './wills.ts';

const retryMs = 100;
const patienceMs = 10_000;
const exchangeMaxMs = 5000;

/**
 * Publishers and subscribers that come again whenever they are thrown out, and their books. Everybody is subscribed when
 * it resolves; publishers of QoS 1 and 2 go on until `settle`.
 */
export async function startCrowd(place: Place) {
  const ledger = createLedger();
  const wills = createWills(ledger, []);
  const make = (name: string, qos: 1 | 2) => createSubscriber(ledger, wills, name, qos);
  const present = [make('present1', 1), make('present2', 2)];
  const away = [make('away1', 1), make('away2', 2)];
  const publishers = [1, 20].flatMap((window) =>
    ([1, 2] as const).map((qos) => createPublisher(ledger, { qos, window, paddingBytes: 200 })),
  );
  const over = new AbortController();
  const links = new Set<Link>();
  const keepComing = async (client: { connect(at: Place): Promise<Link | null> }): Promise<void> => {
    while (!over.signal.aborted) {
      const link = await client.connect(place);
      if (link) {
        links.add(link);
        await link.closed;
        links.delete(link);
      }
      await pause(retryMs);
    }
  };
  const everybody = [...present, ...away];
  await Promise.all(everybody.map((client) => client.connect(place)));
  await Promise.all(everybody.map((client) => client.leave()));
  const coming = [...present, ...publishers].map(keepComing);

  let came: (() => void) | null = null;
  const self = await join(place, { clientId: 'hearth-api-self' }, (answer, link) => {
    if (answer.type !== 'publish') return;
    link.send(acknowledge('puback', answer.id));
    came?.();
  });
  if (!self) throw new Error('the broker is not there');
  self.send(subscribe(1, [['e/echo', 1]]));

  return {
    acknowledged: (): number => ledger.totals().acknowledged,
    /** A message of QoS 1 that nobody has to keep comes back. @throws when it does not. */
    async exchange(): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const late = setTimeout(
        () => reject(new Error('no echo of a message that needs no disk')),
        exchangeMaxMs,
      );
      came = resolve;
      self.send(publish('e/echo', 'x', { qos: 1, id: 1 }));
      await promise;
      clearTimeout(late);
    },
    /** Nothing new is published, the absent come as well, and all that is owed arrives; then the books. */
    async settle() {
      for (const publisher of publishers) publisher.pause();
      coming.push(...away.map(keepComing));
      const startedAt = performance.now();
      const isDone = (): boolean => publishers.every(({ isIdle }) => isIdle) && ledger.isComplete();
      while (!isDone() && (ledger.quietMs() < patienceMs || performance.now() - startedAt < patienceMs))
        await pause(20);
      for (const { isIdle, name } of publishers) if (!isIdle) ledger.note('unanswered', name);
      ledger.close();
      return { faults: ledger.faults, examples: ledger.examples };
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      self.cut();
      for (const link of links) link.cut();
      await Promise.all(coming);
    },
  };
}
