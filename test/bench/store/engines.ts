import { installPackages } from '../../../scripts/test/apt.mjs';
import type { Engine } from './engine.ts';
import { blocksB, filesBelow, filesSizeB } from './files.ts';
import { encodeArrivals } from './engines/hearth.ts';
import { influx } from './engines/influx.ts';
import { postgres } from './engines/postgres.ts';
import { servedEngine } from './engines/served.ts';
import { encodeRows } from './engines/thermostat-rows.ts';
import { victoriaMetrics } from './engines/victoria-metrics.ts';

/** All that belongs to the readings; not what is set aside for a full disk, the same in each home. */
const storeSizeB = (folder: string): number =>
  blocksB(filesBelow(folder).filter((file) => !file.endsWith('.ballast')));

export const hearth = servedEngine('hearth', {
  name: 'hearth',
  title: 'Hearth',
  sizeB: storeSizeB,
  encode: encodeArrivals,
});

export const hearth100 = servedEngine('hearth100', {
  name: 'hearth100ms',
  title: 'Hearth, stamps of 100 ms',
  stampMs: 100,
  sizeB: storeSizeB,
  encode: encodeArrivals,
});

const naive = servedEngine('naive', {
  name: 'naive',
  title: 'naive SQLite rows',
  sizeB: filesSizeB,
  encode: encodeRows,
});

/** It answers from what changed and from the means of hours, and so a little otherwise than the readings say. */
export const homeAssistant = servedEngine('homeAssistant', {
  name: 'homeAssistant',
  title: 'Home Assistant, on change',
  tolerance: 0.02,
  sizeB: filesSizeB,
  encode: encodeRows,
});

/** For ingest: each reading becomes a row, as it does where each differs from the one before. */
export const homeAssistantAll = servedEngine('homeAssistantAll', {
  name: 'homeAssistantAll',
  title: 'Home Assistant, all rows',
  sizeB: filesSizeB,
  encode: encodeRows,
});

/** For what is written in a day: the commits of both as their owners would have them. */
export const hearthEverySecond = servedEngine('hearthEverySecond', {
  name: 'hearth',
  title: 'Hearth, commits of 1 s',
  sizeB: storeSizeB,
  encode: encodeArrivals,
});
export const homeAssistantEvery5s = servedEngine('homeAssistantEvery5s', {
  name: 'homeAssistant',
  title: 'Home Assistant, on change, commits of 5 s',
  sizeB: filesSizeB,
  encode: encodeRows,
});

/** Who holds the data set, ourselves first. */
export const holders: readonly Engine[] = [
  hearth,
  hearth100,
  naive,
  homeAssistant,
  postgres,
  influx,
  victoriaMetrics,
];

/** Brings the peers from Debian where they are missing and apt-get may be used. */
export async function installPeers(): Promise<void> {
  const packages: [name: string, engine: Engine][] = [
    ['postgresql', postgres],
    ['influxdb', influx],
    ['victoria-metrics', victoriaMetrics],
  ];
  await installPackages(packages.flatMap(([name, engine]) => (engine.problem() === null ? [] : [name])));
}

/**
 * Those that can be run here, of others than ourselves only `beside`; of what cannot be run the terminal says why.
 * @throws {RangeError} for a name that nobody has
 */
export function usable(engines: readonly Engine[], beside?: readonly string[]): Engine[] {
  const strange = beside?.find((name) => engines.every((engine) => engine.name !== name));
  if (strange !== undefined)
    throw new RangeError(
      `there is no engine ${strange}: ${engines.map(({ name }) => name).join(', ')} are there`,
    );
  const isAsked = (engine: Engine): boolean => engine === hearth || (beside?.includes(engine.name) ?? true);
  return engines.filter(isAsked).filter((engine) => {
    const problem = engine.problem();
    if (problem !== null) console.error(`without ${engine.title}: ${problem}`);
    return problem === null;
  });
}
