import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isInstalled } from '../../interop/programs.ts';
import type { Place } from '../broker/link.ts';
import { startMosquitto } from '../broker/subjects.ts';
import { percentile, type Figure } from '../figure.ts';
import { startFronted, type Fronted } from './fronted.ts';
import type { Outcome } from './load.ts';
import { measureQueues } from './queued.ts';
import { figuresOf, interleave, variants, type Places, type Run } from './variants.ts';

interface Effort {
  rounds: number;
  warmMs: number;
  measureMs: number;
  requests: number;
  idleRounds: number;
  idleConnections: number;
  queued: number;
}
const fullEffort: Effort = {
  rounds: 5,
  warmMs: 400,
  measureMs: 1500,
  requests: 500,
  idleRounds: 3,
  idleConnections: 1000,
  queued: 20_000,
};
const quickEffort: Effort = {
  rounds: 1,
  warmMs: 300,
  measureMs: 700,
  requests: 300,
  idleRounds: 1,
  idleConnections: 500,
  queued: 10_000,
};

/**
 * The prototype of MQTT 5 in front of our broker, beside 3.1.1 at the broker itself and Debian's Mosquitto, under one
 * load in one run. No figure has a bar: they are to decide by.
 * @throws when Mosquitto is not installed, or a message was lost.
 */
export async function measureMqtt5({ isQuick }: { isQuick: boolean }): Promise<Figure[]> {
  if (!isInstalled('/usr/sbin/mosquitto') || !isInstalled('mosquitto_passwd'))
    throw new Error('mosquitto is not installed: apt-get install mosquitto');
  const effort = isQuick ? quickEffort : fullEffort;
  const before = loadAverage('before');
  await using load = startLoad();
  const { run } = load;
  const busy = await withFronted(async ({ direct, front }) => {
    await using mosquitto = await startMosquitto('noDelay');
    const places = { direct, front, mosquitto: mosquitto.place };
    const flows = await measureFlows(run, effort, places);
    return [...flows, ...(await measureRoundTrips(run, effort, places))];
  });
  const idle = await measureIdle(run, effort);
  const queues = await measureQueues(run, effort.queued);
  return [...busy, ...idle, ...queues, before, loadAverage('after')];
}

/** Of the last minute; two cores have enough to do at 2. */
function loadAverage(when: string): Figure {
  return { figure: `mqtt5.loadAverage.${when}`, value: loadavg()[0]!, unit: 'processes' };
}

function startLoad(): AsyncDisposable & { run: Run } {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)));
  const gone = once(child, 'exit');
  return {
    async run(job) {
      child.send(job);
      const ended = gone.then(() => [{ failure: 'the load ended' }]);
      const [outcome] = (await Promise.race([once(child, 'message'), ended])) as [Outcome];
      if ('failure' in outcome) throw new Error(outcome.failure);
      return outcome.values;
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

async function withFronted<T>(use: (fronted: Fronted) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-mqtt5-'));
  try {
    await using fronted = await startFronted(folder);
    return await use(fronted);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureFlows(run: Run, effort: Effort, places: Places): Promise<Figure[]> {
  const { rounds, warmMs, measureMs } = effort;
  const figures: Figure[] = [];
  for (const qos of [0, 1] as const) {
    const found = await interleave(rounds, async ({ at, dialect }) => {
      const [rate] = await run({ kind: 'flow', place: places[at], dialect, qos, warmMs, measureMs });
      return rate!;
    });
    figures.push(...figuresOf(`10to1.qos${qos}`, 'deliveries/s', found));
  }
  return figures;
}

async function measureRoundTrips(run: Run, effort: Effort, places: Places): Promise<Figure[]> {
  const found = await interleave(effort.rounds, async ({ at, dialect }) => {
    const tookMs = await run({ kind: 'request', place: places[at], dialect, samples: effort.requests });
    return percentile(tookMs, 0.5);
  });
  return figuresOf('request.p50', 'ms', found);
}

/** What was thrown away and is not collected yet counts too, as it does for the machine. */
async function measureIdle(run: Run, { idleRounds, idleConnections }: Effort): Promise<Figure[]> {
  const silent = variants.filter(({ dialect }) => dialect !== '5 with properties');
  const found = await interleave(
    idleRounds,
    async ({ at, dialect }) => {
      const kilobytesEach = async (pid: number, place: Place): Promise<number> => {
        await pause(1000);
        const beforeKb = residentKb(pid);
        await run({ kind: 'idle', place, dialect, connections: idleConnections });
        await pause(2000);
        const afterKb = residentKb(pid);
        await run({ kind: 'endIdle' });
        return (afterKb - beforeKb) / idleConnections;
      };
      if (at !== 'mosquitto') return withFronted((fronted) => kilobytesEach(fronted.pid, fronted[at]));
      await using mosquitto = await startMosquitto('noDelay');
      return await kilobytesEach(mosquitto.pid, mosquitto.place);
    },
    silent,
  );
  return figuresOf('idleConnection', 'kB', found);
}

/** kB of one process. */
function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1.024;
}
