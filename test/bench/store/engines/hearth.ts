import { join } from 'node:path';
import { type Arrival, openStore, packArrivals, type Store } from '@hearth/store';
import { dayMs, type Message } from '../data-set.ts';
import type { Answer, Question } from '../questions.ts';
import type { Shelf } from '../shelf.ts';

/** Messages of one call, and calls that wait at once, while the data set is loaded. */
const loadBatch = 2000;
const loadsInFlight = 4;

/** Messages as they go to a server of ours. A device numbers them, and starts anew each day. */
export function encodeArrivals(messages: readonly Message[]): Uint8Array {
  const keyOf = ({ part, row }: Message): Arrival['key'] => ({
    boot: Math.floor(part.at[0]! / dayMs),
    seq: row + 1,
  });
  return packArrivals(messages.map((message) => arrivalOf(message, keyOf(message))));
}

export function arrivalOf({ part: { device, at, values }, row }: Message, key: Arrival['key']): Arrival {
  const measured = device.quantities.map((quantity, i) => {
    const value = values[i]![row]!;
    return [quantity, quantity === 'heating' ? value === 1 : value] as const;
  });
  return {
    device: device.name,
    key,
    at: at[row]!,
    receivedAt: at[row]! + 20,
    isLate: false,
    values: Object.fromEntries(measured),
  };
}

/** Our store in a folder of its own. */
export async function openHearth(
  folder: string,
  options: { stampMs?: number; commitMs?: number },
): Promise<Shelf> {
  const store = await openStore({ path: join(folder, 'readings.db'), ...options });
  return {
    ask: (question) => ask(store, question),
    write: async (body) => void (await store.appendPacked(Uint8Array.from(body))),
    close: () => store.close(),
    load: (messages) => appendAll(store, messages),
    settle: () => store.seal(),
  };
}

/** Each device numbers its messages, as those do that wait for receipts. */
export async function appendAll(store: Store, messages: Iterable<Message>): Promise<void> {
  const numbers = new Map<string, number>();
  const waiting: Promise<unknown>[] = [];
  let batch: Arrival[] = [];
  const send = async (): Promise<void> => {
    waiting.push(store.append(batch));
    batch = [];
    if (waiting.length >= loadsInFlight) await waiting.shift();
  };
  for (const message of messages) {
    const { name } = message.part.device;
    const seq = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, seq);
    batch.push(arrivalOf(message, { boot: 1, seq }));
    if (batch.length >= loadBatch) await send();
  }
  await send();
  await Promise.all(waiting);
}

async function ask(store: Store, question: Question): Promise<Answer> {
  if (question.kind === 'latest') {
    const latest = await store.latest();
    return [
      Float64Array.from(latest, ({ at }) => at),
      Float64Array.from(latest, ({ value }) => Number(value)),
    ];
  }
  const { series, from, to } = question;
  if (question.kind === 'raw') {
    const { at, value } = await store.raw({ ...series, from, to });
    return [at, value];
  }
  const count = Math.ceil((to - from) / question.widthMs);
  const [points] = await store.points({ series: [series], from, to, count });
  const { start, min, max, sum } = points!;
  const average = sum.map((total, i) => total / points!.count[i]!);
  return [start, min, average, max];
}
