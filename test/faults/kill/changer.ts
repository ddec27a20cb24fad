import { acknowledge, publish, subscribe, unsubscribe } from '../../conformance/packets.ts';
import type { Ledger } from './ledger.ts';
import { join, type Link, type Place } from './link.ts';

const filters = Array.from({ length: 8 }, (_, i) => `s/${i}`);
const marker = 's/marker';
const clientId = 'hearth-api-changer';

/**
 * A client that subscribes and unsubscribes all the time, and after each kill hears on which topics messages reach it:
 * those that SUBACK named, not those that UNSUBACK named; where an answer was outstanding, either.
 */
export function createChanger(ledger: Ledger, random: () => number) {
  const known = new Map<string, 'on' | 'off' | 'unknown'>(filters.map((filter) => [filter, 'off']));
  known.set(marker, 'unknown');
  let isMarked = false;
  let round = 0;
  let lastId = 0;
  let checks = 0;
  const nextId = (): number => (lastId = (lastId % 65_535) + 1);

  const change = (link: Link, filter: string, isOn: boolean): number => {
    const id = nextId();
    known.set(filter, 'unknown');
    link.send(isOn ? subscribe(id, [[filter, 1]]) : unsubscribe(id, [filter]));
    return id;
  };
  const check = (heard: ReadonlySet<string>): void => {
    checks++;
    for (const filter of filters) {
      const state = known.get(filter);
      if (state === (heard.has(filter) ? 'off' : 'on'))
        ledger.note('subscriptionsLost', `${filter} was ${state} in round ${round}`);
    }
  };

  return {
    checks: (): number => checks,
    /** Looks what is left, and goes on changing until the broker goes. */
    async connect(place: Place): Promise<void> {
      const present = `round ${++round}`;
      const heard = new Set<string>();
      let waiting: { id: number; filter: string; isOn: boolean } | null = null;
      const next = (link: Link): void => {
        const filter = filters[Math.floor(random() * filters.length)]!;
        const isOn = random() < 0.5;
        waiting = { id: change(link, filter, isOn), filter, isOn };
      };
      const probe = (link: Link): void =>
        link.send(...[...filters, marker].map((topic) => publish(topic, present, { qos: 1, id: nextId() })));
      const link = await join(place, { clientId, clean: false }, (answer, from) => {
        if (answer.type === 'publish') {
          from.send(acknowledge('puback', answer.id));
          if (answer.payload !== present) return;
          heard.add(answer.topic);
          if (answer.topic !== marker) return;
          check(heard);
          next(from);
        }
        if (answer.type !== 'suback' && answer.type !== 'unsuback') return;
        if (waiting?.id === answer.id) {
          known.set(waiting.filter, waiting.isOn ? 'on' : 'off');
          next(from);
        } else {
          isMarked = true;
          probe(from);
        }
      });
      if (!link) return;
      if (!link.isSessionPresent) {
        if (isMarked) ledger.note('sessionsLost', clientId);
        isMarked = false;
        for (const filter of filters) known.set(filter, 'off');
      }
      if (isMarked) probe(link);
      else change(link, marker, true);
    },
  };
}
