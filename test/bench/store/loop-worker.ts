import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { type Arrival, openStore, type Store } from '@hearth/store';
import { percentile } from '../figure.ts';
import { createHome, createRooms, dayMs, type Device, endAt, messagesOf } from './data-set.ts';
import { appendAll, arrivalOf } from './engines/hearth.ts';

/** What the worker found, as its one line of output. */
export interface LoopOutcome {
  delayP99Ms: number;
  delayMaxMs: number;
  durableP99Ms: number;
  chartP99Ms: number;
  readingsPerS: number;
  chartsPerS: number;
}

const readingsPerS = 5000;
const chartsPerS = 10;
const tickMs = 20;

/** Of the histogram: a delay of this is none. */
const resolutionMs = 2;

/**
 * A process with a store, as the api is one: readings arrive and charts are drawn, and the loop of the main thread is
 * watched meanwhile.
 * @param before readings that are there already
 */
async function measure(folder: string, before: number, forMs: number): Promise<LoopOutcome> {
  await using store = await openStore({ path: join(folder, 'readings.db') });
  const home = createHome(before);
  await appendAll(store, messagesOf(home));
  await store.seal();
  const storedBefore = store.state().readings;

  const durables: number[] = [];
  const charts: number[] = [];
  const waiting: Promise<void>[] = [];
  const timed = async (samples: number[], what: Promise<unknown>): Promise<void> => {
    const startedAt = performance.now();
    await what;
    samples.push(performance.now() - startedAt);
  };
  const live = liveArrivals();
  // With the first, a day of all devices is computed.
  live.next();
  const drawings = drawingsOf(store, home);
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  const startedAt = performance.now();
  const due = (perS: number): number => Math.floor(((performance.now() - startedAt) / 1000) * perS);
  delay.enable();
  for (let appended = 0, drawn = 0; performance.now() - startedAt < forMs;) {
    const arrivals: Arrival[] = [];
    for (; appended < due(readingsPerS); appended += 4) arrivals.push(live.next().value!);
    if (arrivals.length > 0) waiting.push(timed(durables, store.append(arrivals)));
    for (; drawn < due(chartsPerS); drawn++)
      waiting.push(timed(charts, drawings[drawn % drawings.length]!()));
    await pause(tickMs);
  }
  delay.disable();
  await Promise.all(waiting);
  const elapsedS = (performance.now() - startedAt) / 1000;
  return {
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    durableP99Ms: percentile(durables, 0.99),
    chartP99Ms: percentile(charts, 0.99),
    readingsPerS: (store.state().readings - storedBefore) / elapsedS,
    chartsPerS: charts.length / elapsedS,
  };
}

/** Of 100 devices, after the data that are there, numbered. */
function* liveArrivals(): Generator<Arrival, undefined> {
  const days = 2;
  for (const message of messagesOf(createRooms(100, days))) {
    const key = { boot: Math.floor(message.part.at[0]! / dayMs), seq: message.row + 1 };
    const arrival = arrivalOf(message, key);
    const at = arrival.at + days * dayMs;
    yield { ...arrival, device: `live-${arrival.device}`, at, receivedAt: at + 20 };
  }
}

/** The charts of a room's page, in turn: a day of readings, a month and a year of buckets, of several series. */
function drawingsOf(store: Store, home: readonly Device[]): (() => Promise<unknown>)[] {
  const to = endAt;
  return home.slice(0, 3).flatMap(({ name }) =>
    (['temperature', 'power'] as const).flatMap((quantity) => {
      const series = { device: name, quantity };
      const points = (days: number) => () =>
        store.points({ series: [series], from: to - days * dayMs, to, count: 750 });
      return [() => store.raw({ ...series, from: to - dayMs, to }), points(30), points(365)];
    }),
  );
}

const [, , folder = '', before, forMs] = process.argv;
process.stdout.write(`${JSON.stringify(await measure(folder, Number(before), Number(forMs)))}\n`);
