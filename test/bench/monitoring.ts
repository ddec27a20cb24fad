import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { DeviceCredential } from '@hearth/contract';
import { startFleet } from '@hearth/simulator';
import Database from 'better-sqlite3';
import { startPart, type PartProcess } from '../processes.ts';
import { setUp } from '../stack.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { storeADay } from './probe-cost.ts';

const devices = 500;
/** A reading of each device each minute, as with the bytes that ours are put beside. */
const periodMs = 60_000;
/** The api's own setting, and the one that is measured: 150 times as many questions are told from noise. */
const askedEveryS = 300;
const measuredEveryS = 2;
/** All are connected, and all code is compiled. */
const warmMs = 30_000;
const daysOfYear = 365;
const daysKept = 30;

/**
 * What asking and watching 500 devices costs: the processor time of broker and api with questions and without them, over
 * the same messages; that of an api to which 500 devices say nothing, beside one that has none: freshness, alerts and
 * availability are looked at all the while; and the bytes of it beside a year of the devices' readings.
 */
export async function measureMonitoring({ isQuick }: BenchOptions): Promise<Figure[]> {
  const measureMs = isQuick ? 30_000 : 180_000;
  const { empty, without, idle, asked, bytes } = await runHome(measureMs);
  const measuredS = measureMs / 1000;
  const questions = (devices * measuredS) / measuredEveryS;
  const perQuestionMs = (1000 * (asked.api + asked.broker - without.api - without.broker)) / questions;
  const askingShare = (perQuestionMs / 1000) * (devices / askedEveryS);
  const watchingShare = (idle.api - empty.api) / measuredS;
  const { othersB } = await storeADay(devices);
  const perDayB = bytes.answeredDay + bytes.heardDay;
  const keptB = bytes.today + bytes.rhythms + daysKept * perDayB;
  return [
    { figure: 'monitoring.cpuPerQuestion', value: perQuestionMs, unit: 'ms of broker and api' },
    { figure: 'monitoring.asking', value: 100 * askingShare, unit: '% of a core' },
    { figure: 'monitoring.watching', value: 100 * watchingShare, unit: '% of a core' },
    {
      figure: 'monitoring.cpuShare',
      value: 100 * (askingShare + watchingShare),
      unit: '% of a core',
      bar: 2,
    },
    { figure: 'monitoring.bytes', value: keptB / devices, unit: 'bytes a device' },
    {
      figure: 'monitoring.storeShare',
      value: (100 * keptB) / (othersB * daysOfYear),
      unit: '% of a year of 500 devices',
      bar: 1,
    },
  ];
}

/** Seconds of processor time in the measured stretches, and what lies in hearth.db behind them, bytes. */
async function runHome(measureMs: number) {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-monitoring-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const env = {
    HEARTH_DATA_DIR: folder,
    HEARTH_HTTP_PORT: '0',
    HEARTH_DEMO: 'on',
    HEARTH_PROBE_PERIOD_S: '0',
    HEARTH_LOG_LEVEL: 'error',
  };
  const broker = parts.use(await startPart('broker', env));
  const { mqttUrl = '' } = broker.address;
  const openApi = (askS: number): Promise<PartProcess> =>
    startPart('api', { ...env, HEARTH_BROKER_URL: mqttUrl, HEARTH_ASK_PERIOD_S: String(askS) });

  let api = parts.use(await openApi(0));
  const { url = '', link = '' } = api.address;
  await setUp(url, link, true);
  const measure = async (): Promise<{ api: number; broker: number }> => {
    await wait(warmMs);
    const begun = { api: cpuS(api), broker: cpuS(broker) };
    await wait(measureMs);
    return { api: cpuS(api) - begun.api, broker: cpuS(broker) - begun.broker };
  };
  const empty = await measure();
  const credentials = await enrol(url, folder);
  const fleet = parts.use(
    startFleet({ brokerUrl: mqttUrl, home: 'home', credentials, periodMs, keepaliveS: 60, seed: 1 }),
  );
  const without = await measure();
  fleet.pause();
  const idle = await measure();
  await api[Symbol.asyncDispose]();
  fleet.resume();
  api = parts.use(await openApi(measuredEveryS));
  const asked = await measure();
  await api[Symbol.asyncDispose]();
  return { empty, without, idle, asked, bytes: bytesOf(folder) };
}

/** Credentials of all devices, as the demo home gets its own. */
async function enrol(url: string, folder: string): Promise<DeviceCredential[]> {
  const token = readFileSync(join(folder, 'demo/token'), 'utf8').trim();
  const ids = Array.from({ length: devices }, (_, i) => `device-${i}`);
  const credentials: DeviceCredential[] = [];
  for (let from = 0; from < devices; from += 100) {
    const some = ids.slice(from, from + 100).map((id) => ({ id, name: id, room: `Room ${from}` }));
    const response = await fetch(`${url}/api/enrolment`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ devices: some }),
    });
    if (!response.ok) throw new Error(`the devices were not let in: ${await response.text()}`);
    credentials.push(...((await response.json()) as { credentials: DeviceCredential[] }).credentials);
  }
  return credentials;
}

/** Time that a process has had of a processor, s. @see proc_pid_stat(5) */
function cpuS({ child }: PartProcess): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** What is kept, bytes: of today, of a day that is over, and what was learned. @throws where devices did not answer. */
function bytesOf(folder: string) {
  const db = new Database(join(folder, 'hearth.db'), { readonly: true });
  const sum = (sql: string): number => db.prepare<[], number>(sql).pluck().get() ?? 0;
  try {
    const answering = sum('SELECT count(*) FROM asked_day WHERE answered > 0');
    if (answering < devices) throw new Error(`${answering} of ${devices} devices answered`);
    const key = 'length(device) + length(day)';
    return {
      // Counts take one or two bytes each, three percentiles eight.
      answeredDay: sum(`SELECT sum(${key} + 8 + 24) FROM asked_day`),
      heardDay: devices * (sum(`SELECT avg(${key}) FROM asked_day`) + 12),
      today:
        sum('SELECT sum(length(buckets)) FROM asked_day') + sum('SELECT sum(length(clocks)) FROM heard_day'),
      rhythms: sum('SELECT sum(length(device) + length(learned)) FROM rhythm'),
    };
  } finally {
    db.close();
  }
}
