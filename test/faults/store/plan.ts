import type { Arrival, RetentionRule } from '@hearth/store';
import { createRandom } from '../random.ts';

/** What a life asks of the store, one after the other. */
export type Operation =
  | { kind: 'append'; arrivals: Arrival[] }
  | { kind: 'seal' }
  | { kind: 'retain'; rules: RetentionRule[] }
  /** Beside the readings, under this name. */
  | { kind: 'copy'; name: string }
  | { kind: 'forget' | 'begin-anew'; devices: string[] };

/** Whose life it is: of the `life`-th process on one database, all of whose instants lie before `now`. */
export interface Order {
  path: string;
  seed: number;
  life: number;
  now: number;
}

const dayMs = 86_400_000;
const stepMs = 30_000;

/** When the first Hearth's newest reading was measured. */
export const rowsEnd = (now: number): number => now - 90 * dayMs;

/** Numbered like all but the sensor; the loft is begun anew, the guest forgotten, the cellar's old readings pruned. */
const devices = ['hall', 'bath', 'cellar', 'loft', 'guest', 'sensor'];
const pruned = 'cellar';
const keptDays = 300;

/** Whether the rule lets a reading go: those that it may and those that it must not are months apart. */
export const mayBePruned = (device: string, at: number, now: number): boolean =>
  device === pruned && at < now - (keptDays + 50) * dayMs;

/** At most so many operations are under way at once. */
export const atOnce = 4;

type Random = () => number;

/** One device's side of a life: numbers, instants, and what it sent before. */
function createSender(device: string, { life, now }: Order, random: Random) {
  const sent: Arrival[] = [];
  let at = now - 80 * dayMs + life * dayMs;
  // The loft's numbers begin again and again, as a new device's in place of a former one.
  const boot = device === 'loft' ? 1 : 10 + life;
  let seq = 0;
  const one = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];

  function instant(): number {
    const kind = random();
    if (device === pruned && kind < 0.3) return now - Math.floor((400 + random() * 300) * dayMs);
    // Into what the first Hearth had, into this life's past, and over a reading that is known.
    if (kind < 0.04) return rowsEnd(now) - Math.floor(random() * 1200) * 60_000;
    if (kind < 0.1) return at - Math.floor(random() * 100 * stepMs);
    if (kind < 0.16) return one(sent)?.at ?? at;
    return (at += stepMs + Math.floor(random() * 40));
  }

  function arrival(): Arrival {
    const before = random() < 0.05 ? one(sent) : undefined;
    seq += random() < 0.03 ? 3 : 1;
    const measuredAt = before?.at ?? instant();
    const values: Arrival['values'] = {
      temperature: random() < 0.02 ? null : Math.round(1500 + random() * 1000) / 100,
      ...(random() < 0.5 && { heating: random() < 0.5 }),
      ...(random() < 0.2 && { power: random() * 3000 }),
    };
    const made: Arrival = {
      device,
      // What is sent again with its number counts for nothing, whatever it says.
      key: device === 'sensor' ? null : (before?.key ?? { boot, seq }),
      at: measuredAt,
      receivedAt: measuredAt + 50,
      isLate: measuredAt !== at,
      values,
      ...(values.temperature === null && { faults: { temperature: 'no answer' } }),
    };
    sent.push(made);
    return made;
  }

  return {
    arrivals: (count: number) => Array.from({ length: count }, arrival),
    beginAnew: () => (seq = 0),
  };
}

/** What the life of an order does, for ever, the same for the same order. */
export function* planOf(order: Order): Generator<Operation, never> {
  const random = createRandom(order.seed + order.life * 7919);
  const senders = new Map(devices.map((device) => [device, createSender(device, order, random)]));
  for (let n = 1; ; n++) {
    const batch = devices.filter(() => random() < 0.5);
    yield {
      kind: 'append',
      arrivals: batch.flatMap((device) => senders.get(device)!.arrivals(1 + Math.floor(random() * 30))),
    };
    if (n % 3 === 0) yield { kind: 'seal' };
    if (n % 5 === 0) yield { kind: 'retain', rules: [{ device: pruned, readingsDays: keptDays }] };
    if (n % 6 === 0) yield { kind: 'copy', name: `copy-${order.life}-${n}.db` };
    if (random() < 0.1) yield { kind: 'forget', devices: ['guest'] };
    if (random() < 0.1) {
      yield { kind: 'begin-anew', devices: ['loft'] };
      senders.get('loft')!.beginAnew();
    }
  }
}

/** The first operations of a life. */
export function firstOf(order: Order, count: number): Operation[] {
  const plan = planOf(order);
  return Array.from({ length: count }, () => plan.next().value);
}
