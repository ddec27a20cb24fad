import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config as apiConfig, startApi } from '@hearth/api';
import { config as brokerConfig, startBroker } from '@hearth/broker';
import { probeIds, type ProbeRun } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { openStore, type Arrival } from '@hearth/store';
import Database from 'better-sqlite3';
import { freeBrokerPorts } from '../processes.ts';
import { setUp } from '../stack.ts';
import type { Figure } from './figure.ts';

/** The api's own settings: a run each half minute, of which an hour's are kept. */
const periodMs = 30_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const daysKept = 90;
const warmUp = 20;

/**
 * What probing costs: the processor time of broker, api, store and probe together, as a share of one core, and the probe's
 * bytes as a share of those of 500 devices that report each minute.
 */
export async function measureProbeCost(runs: number): Promise<Figure[]> {
  const { cpuMs, percentilesB } = await goAgainAndAgain(runs);
  const { probeB, othersB } = await storeADay(500);
  return [
    { figure: 'probe.cpuPerRun', value: cpuMs, unit: 'ms' },
    { figure: 'probe.cpuShare', value: (100 * cpuMs) / periodMs, unit: '% of a core', bar: 0.5 },
    {
      figure: 'probe.storeShare',
      value: (100 * (probeB + percentilesB * daysKept)) / (othersB * daysKept),
      unit: '% of 500 devices',
      bar: 1,
    },
  ];
}

/** All in this process, so that nothing of it is missed: per run, ms; and what a day's percentiles take, bytes. */
async function goAgainAndAgain(runs: number): Promise<{ cpuMs: number; percentilesB: number }> {
  await using parts = new AsyncDisposableStack();
  const folder = temporaryFolder(parts);
  const env = { HEARTH_DATA_DIR: folder, ...freeBrokerPorts, HEARTH_HTTP_PORT: '0', HEARTH_DEMO: 'off' };
  const log = createLog('bench', 'silent');
  const broker = parts.use(await startBroker(readConfig(brokerConfig, env), log, { connectsMax: Infinity }));
  const settings = { ...env, HEARTH_BROKER_URL: broker.address.mqttUrl, HEARTH_PROBE_PERIOD_S: '0' };
  const api = await startApi(readConfig(apiConfig, settings), log, { probe: { restMs: 0 } });
  let begun = process.cpuUsage();
  try {
    const cookie = await setUp(api.address.url, api.address.link, false);
    for (let i = -warmUp; i < runs; i++) {
      if (i === 0) begun = process.cpuUsage();
      const answer = await fetch(`${api.address.url}/api/probes/run`, {
        method: 'POST',
        headers: { cookie },
      });
      const { state, failed } = (await answer.json()) as ProbeRun;
      if (i >= 0 && state !== 'whole') throw new Error(`the probe did not come through: ${failed?.reason}`);
    }
  } finally {
    const { user, system } = process.cpuUsage(begun);
    begun = { user, system };
    await api[Symbol.asyncDispose]();
  }
  const db = new Database(join(folder, 'hearth.db'), { readonly: true });
  const sum = 'SELECT sum(length(day) + length(leg) + length(buckets) + 10) FROM probe_day_by';
  const percentilesB = db.prepare<[], number>(sum).pluck().get()!;
  db.close();
  return { cpuMs: (begun.user + begun.system) / 1000 / runs, percentilesB };
}

/** What devices take that report temperature and setpoint each minute of a day, and among them an hour of the probe. */
export async function storeADay(devices: number): Promise<{ probeB: number; othersB: number }> {
  await using parts = new AsyncDisposableStack();
  const store = parts.use(await openStore({ path: join(temporaryFolder(parts), 'readings.db') }));
  const from = Date.now() - dayMs;
  for (let at = from, seq = 1; at < from + dayMs; at += 60_000, seq++)
    await store.append(
      Array.from({ length: devices }, (_, i) =>
        arrival(`device-${i}`, seq, at + i * 7, {
          temperature: Math.round(200 + 10 * Math.sin((seq + i) / 90) + Math.random()) / 10,
          setpoint: 21,
        }),
      ),
    );
  for (let seq = 1; seq <= hourMs / periodMs; seq++)
    await store.append([arrival(probeIds.device, seq, from + seq * periodMs, { power: seq })]);
  await store.seal();
  const { usedB, series } = await store.usage();
  const probeB = series.find(({ device }) => device === probeIds.device)!.bytes;
  return { probeB, othersB: usedB - probeB };
}

function arrival(device: string, seq: number, at: number, values: Arrival['values']): Arrival {
  return { device, key: { boot: 1, seq }, at, receivedAt: at, isLate: false, values };
}

function temporaryFolder(parts: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-probe-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
