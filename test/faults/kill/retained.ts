import { subscribe } from '../../conformance/packets.ts';
import type { Ledger } from './ledger.ts';
import { join, type Place } from './link.ts';
import { keptTopicOf, type Publisher } from './publisher.ts';

const patienceMs = 5000;

/**
 * Looks at the retained messages of a broker that has just started: none may be older than the last that its publisher
 * had an acknowledgement for. Ends without a word when the broker goes meanwhile.
 */
export async function checkRetained(
  ledger: Ledger,
  publishers: readonly Publisher[],
  place: Place,
): Promise<void> {
  const floors = new Map(
    publishers
      .filter(({ keptFloor }) => keptFloor > 0)
      .map(({ name, keptFloor }) => [keptTopicOf(name), keptFloor]),
  );
  const all = Promise.withResolvers<void>();
  const link = await join(place, { clientId: 'hearth-api-retained' }, (answer) => {
    if (answer.type === 'suback' && floors.size === 0) all.resolve();
    if (answer.type !== 'publish' || !answer.retain) return;
    const floor = floors.get(answer.topic);
    const n = Number(answer.payload.split(' ')[1]);
    if (floor !== undefined && n < floor)
      ledger.note('retainedLost', `${answer.topic} is ${n}, was ${floor}`);
    floors.delete(answer.topic);
    if (floors.size === 0) all.resolve();
  });
  if (!link) return;
  link.send(subscribe(1, [['f/+/kept', 0]]));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, patienceMs, 'late')));
  const ended = await Promise.race([all.promise, link.closed, late]);
  clearTimeout(timer);
  if (ended === 'late')
    for (const [topic, floor] of floors) ledger.note('retainedLost', `${topic}, was ${floor}`);
  link.cut();
}
