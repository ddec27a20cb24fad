import { median, type Figure } from '../figure.ts';
import { createRooms, type Message, messagesOf } from './data-set.ts';
import type { Effort } from './effort.ts';
import type { Engine, Running } from './engine.ts';
import { hearth, homeAssistantAll } from './engines.ts';
import { victoriaMetrics } from './engines/victoria-metrics.ts';
import type { Folders } from './folders.ts';
import { compare, type Found } from './found.ts';

/** 100 devices of four quantities; what is acknowledged at once, and how many wait for that. */
const rooms = 100;
/** Of messages; more than are sent. */
const days = 4;
const batchMessages = 1250;
const batchReadings = batchMessages * 4;
const inFlight = 16;

/** Batches that are sent before the clock runs: a server that runs for years has compiled what it needs. */
const warmBatches = 100;

/** Readings a second that each has acknowledged, an empty folder for each round. */
export async function measureIngest(
  engines: readonly Engine[],
  folders: Folders,
  effort: Effort,
): Promise<Found> {
  const rates = new Map(engines.map(({ name }) => [name, [] as number[]]));
  const batches = batchesOf(warmBatches + effort.ingestBatches);
  for (let round = 0; round < effort.ingestRounds; round++)
    for (const engine of round % 2 === 0 ? engines : engines.toReversed()) {
      const folder = folders.make(engine.name);
      {
        await using running = await engine.start(folder);
        const bodies = batches.map((batch) => running.encode(batch));
        await send(running, bodies.slice(0, warmBatches), Infinity);
        const rate = await send(running, bodies.slice(warmBatches), effort.ingestMs);
        rates.get(engine.name)!.push(rate * batchReadings);
      }
      folders.remove(folder);
    }
  return new Map([...rates].map(([name, samples]) => [name, median(samples)]));
}

export function ingestFigures(found: Found): Figure[] {
  return compare({ figure: 'store.ingest', unit: 'readings/s' }, hearth, found, [
    { peer: victoriaMetrics, bar: 1.5, isBarLeast: true },
    { peer: homeAssistantAll, bar: 60, isBarLeast: true },
  ]);
}

function batchesOf(count: number): Message[][] {
  const messages = messagesOf(createRooms(rooms, days));
  return Array.from({ length: count }, () =>
    Array.from({ length: batchMessages }, () => messages.next().value!),
  );
}

/** Batches a second; what has not been begun after `atMostMs` is not sent. */
async function send(running: Running, bodies: readonly Uint8Array[], atMostMs: number): Promise<number> {
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  let next = 0;
  const sendOn = async (): Promise<void> => {
    while (next < bodies.length && elapsedMs() < atMostMs) await running.write(bodies[next++]!);
  };
  await Promise.all(Array.from({ length: inFlight }, sendOn));
  return (next * 1000) / elapsedMs();
}
