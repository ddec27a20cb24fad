import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isInstalled } from '../interop/programs.ts';
import { measureAbsents } from './broker/absent-figures.ts';
import { interleave } from './broker/compare.ts';
import { type Effort, fullEffort, quickEffort } from './broker/effort.ts';
import { measureFlows } from './broker/flow-figures.ts';
import { type Load, startLoad } from './broker/load.ts';
import { startHearth, startMosquitto, type Subject } from './broker/subjects.ts';
import { type Figure, median, percentile } from './figure.ts';

/**
 * Our broker as a process of its own with its default configuration, and Debian's Mosquitto, under the same load in
 * the same run: messages a second, round trip, memory of a connection.
 * @throws when Mosquitto is not installed, or a broker lost a message.
 */
export async function measureBroker({ isQuick }: { isQuick: boolean }): Promise<Figure[]> {
  if (!isInstalled('/usr/sbin/mosquitto') || !isInstalled('mosquitto_passwd'))
    throw new Error('mosquitto is not installed: apt-get install mosquitto');
  const effort = isQuick ? quickEffort : fullEffort;
  await using load = startLoad();
  const idle = await measureIdle(load, effort);
  await using ours = await startHearth();
  await using theirs = await startMosquitto('shipped');
  return [
    ...(await measureFlows(load, effort, ours, theirs)),
    ...(await measureAbsents(load, effort, ours, theirs)),
    ...(await measureRoundTrips(load, effort, ours, theirs)),
    ...idle,
  ];
}

async function measureRoundTrips(
  load: Load,
  { rounds, roundTrips }: Effort,
  ours: Subject,
  theirs: Subject,
): Promise<Figure[]> {
  const all = { ours: [] as number[], theirs: [] as number[] };
  const run = async ({ place }: Subject, samples: number[]): Promise<number> => {
    const { values } = await load.run({ kind: 'roundTrip', place, samples: roundTrips });
    samples.push(...values);
    return median(values);
  };
  await interleave(
    rounds,
    () => run(ours, all.ours),
    () => run(theirs, all.theirs),
  );
  const figureOf = (share: number): Figure => {
    const value = percentile(all.ours, share);
    const ratio = value / percentile(all.theirs, share);
    return { figure: `broker.roundTrip.p${share * 100}`, value, unit: 'ms', peer: 'mosquitto', ratio };
  };
  return [{ ...figureOf(0.5), bar: 0.6 }, figureOf(0.99)];
}

/** What was thrown away and is not collected yet counts too, as it does for the machine. */
async function measureIdle(load: Load, { idleConnections }: Effort): Promise<Figure[]> {
  const kilobytesEach = async (start: () => Promise<Subject>): Promise<number> => {
    await using subject = await start();
    await pause(1000);
    const beforeKb = residentKb(subject.pid);
    await load.run({ kind: 'idle', place: subject.place, connections: idleConnections });
    await pause(3000);
    const afterKb = residentKb(subject.pid);
    await load.run({ kind: 'endIdle' });
    return (afterKb - beforeKb) / idleConnections;
  };
  const value = await kilobytesEach(startHearth);
  const ratio = value / (await kilobytesEach(() => startMosquitto('shipped')));
  return [{ figure: 'broker.idleConnection', value, unit: 'kB', bar: 60, peer: 'mosquitto', ratio }];
}

/** kB of one process. What it shares counts in full: else it would seem to shrink when another one is started. */
function residentKb(pid: number): number {
  const kibibytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return kibibytes * 1.024;
}
