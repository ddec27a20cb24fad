import type { Figure } from '../figure.ts';
import { compare, type Found, withoutBars } from './found.ts';
import { type Device, isWhole } from './data-set.ts';
import type { Engine } from './engine.ts';
import { hearth, hearth100, homeAssistant } from './engines.ts';
import { influx } from './engines/influx.ts';
import { victoriaMetrics } from './engines/victoria-metrics.ts';
import type { Folders } from './folders.ts';

/** Bytes a reading, everything included: with exact ms, and with stamps of 100 ms. */
const bars = { hearth: 0.5, hearth100: 0.3 };

/** Fills each engine, one after the other, and stops it. Resolves to the folder of each. */
export async function fill(
  engines: readonly Engine[],
  devices: readonly Device[],
  folders: Folders,
): Promise<Map<Engine, string>> {
  const filled = new Map<Engine, string>();
  for (const engine of engines) {
    const startedAt = performance.now();
    const folder = folders.make(engine.name);
    {
      await using running = await engine.start(folder);
      await running.load(devices);
      await running.settle();
    }
    filled.set(engine, folder);
    console.error(`filled ${engine.title} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  }
  return filled;
}

/** What a reading takes on the disk once everybody has closed, checkpointed and merged. */
export function measureSizes(filled: ReadonlyMap<Engine, string>, readings: number): Found {
  return new Map([...filled].map(([engine, folder]) => [engine.name, engine.sizeB(folder) / readings]));
}

/** What it is to come to: by itself, and beside the peers where both keep the exact ms. */
export function sizeFigures(found: Found, devices: readonly Device[]): Figure[] {
  const unit = 'B/reading';
  const figures = [
    ...compare({ figure: 'store.size', unit, bar: bars.hearth }, hearth, found, [
      { peer: victoriaMetrics, bar: 1 / 2.5 },
      { peer: influx, bar: 1 / 7 },
      { peer: homeAssistant, bar: 1 / 70 },
    ]),
    ...compare({ figure: 'store.size.100ms', unit, bar: bars.hearth100 }, hearth100, found),
  ];
  return isWhole(devices) ? figures : withoutBars(figures);
}
