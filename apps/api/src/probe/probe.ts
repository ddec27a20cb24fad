import { probeIds, type Probes, type ProbeRun } from '@hearth/contract';
import type { Log } from '@hearth/part';
import { echo, LegError, openLink, type Measured } from '@hearth/probe';
import type { Database } from 'better-sqlite3';
import type { Bridge, BrokerLogin } from '../bridge/bridge.ts';
import type { Devices } from '../devices/devices.ts';
import type { HomeRecord } from '../homes.ts';
import type { Live } from '../live.ts';
import { openSetting } from '../settings.ts';
import { openProbeDays } from './probe-days.ts';
import { followReading } from './probe-reading.ts';
import type { ProbeStore } from './probe-store.ts';
import { CannotProbeError, openWay, type ProbeWay } from './probe-way.ts';

/** Goes the way of a reading, and remembers how that went. */
export interface Probe extends AsyncDisposable {
  /** Begins to run by itself; `url` is where HTTP is. */
  start(url: string): Disposable;
  /** How it stands, with the figures of the last so many days. */
  state(days: number): Probes;
  /** Which leg fails, why, and since when; null while a reading comes through, or nothing was tried. */
  failing(): Probes['failing'];
  /** The run that goes, or the last one since the start; null before the first. */
  last(): ProbeRun | null;
  /** Goes the way now, or with the run that goes already; the open dashboards are told each leg. */
  run(): Promise<ProbeRun>;
}

/** What tests may replace: where the probe finds broker and HTTP, and what it may take. */
export interface ProbeTuning {
  brokerUrl?: string;
  httpUrl?: string;
  timeoutMs?: number;
  restMs?: number;
}

const timeoutDefaultMs = 10_000;
/** The broker takes one who comes 15 times in a minute for two with one name. */
const restDefaultMs = 5000;
/** Before the store seals them, which it does once a day. */
const forgetMs = 3_600_000;

/** `token` is for the one route that the probe asks; `now` is the wall clock, Unix ms. */
export function openProbe(
  parts: {
    db: Database;
    bridge: Pick<Bridge, 'control'>;
    devices: Pick<Devices, 'get'>;
    login: BrokerLogin;
    live: Live;
    log: Log;
    home: HomeRecord;
    store: ProbeStore;
    token: string;
    now: () => number;
    periodS: number;
    onEnded: (run: ProbeRun) => void;
  },
  tuning: ProbeTuning = {},
): Probe {
  const { db, live, log, home, store, token, now, periodS, onEnded } = parts;
  const { timeoutMs = timeoutDefaultMs, restMs = restDefaultMs } = tuning;
  const days = openProbeDays(db, now, () => home.facts().timeZone);
  const failingSetting = openSetting(db, 'probe-failing');
  const nextKey = countReadings(db);
  const stopping = new AbortController();
  let failing = JSON.parse(failingSetting.get() ?? 'null') as Probes['failing'];
  let httpUrl = tuning.httpUrl ?? '';
  let way: ProbeWay | null = null;
  let last: ProbeRun | null = null;
  let running: Promise<ProbeRun> | null = null;
  let isFollowed = false;
  let startedMs = -Infinity;
  let forgottenMs = -Infinity;

  const tell = (run: ProbeRun): void => {
    last = run;
    if (isFollowed || run.state !== 'running') live.publish('probe', run);
  };
  const go = async (measured: Measured): Promise<void> => {
    if (performance.now() - forgottenMs > forgetMs) {
      await store.forget();
      forgottenMs = performance.now();
    }
    way ??= await openWay(parts);
    const { url, ...access } = { ...way, url: tuning.brokerUrl ?? way.url };
    const { signal } = stopping;
    const common = { url, ...access, timeoutMs, signal };
    {
      using link = await openLink({ ...common, clientId: 'probe', user: probeIds.echo, measured });
      await echo(link, { prefix: 'hearth-probe/echo', levels: [0, 1, 2], timeoutMs, measured });
    }
    using device = await openLink({
      ...common,
      clientId: probeIds.device,
      user: probeIds.device,
      measured: () => {},
    });
    const key = nextKey();
    const at = Math.floor(now() / 1000) * 1000;
    const value = key.seq % 30_000;
    const around = { store, url: httpUrl, token, signal, timeoutMs, measured };
    await followReading(device, { key, at, value }, around);
  };
  const attempt = async (): Promise<ProbeRun> => {
    const run: ProbeRun = { startedAt: now(), state: 'running', legs: [] };
    startedMs = performance.now();
    tell(run);
    try {
      await go((leg, ms) => {
        run.legs.push({ leg, ms: Math.round(ms * 1000) / 1000 });
        tell(run);
      });
      run.state = 'whole';
    } catch (error) {
      if (error instanceof CannotProbeError) Object.assign(run, { state: 'cannot', cannot: error.message });
      else if (error instanceof LegError)
        Object.assign(run, { state: 'failed', failed: { leg: error.leg, reason: error.message } });
      else throw error;
      // The broker may have been set up anew, and lost the names.
      way = null;
    }
    return run;
  };
  const end = (run: ProbeRun): ProbeRun => {
    if (stopping.signal.aborted) return run;
    const { failed } = run;
    if (failed) nextKey.begin();
    if (failed && !failing) log.warn(failed, 'the probe did not come through');
    if (!failed && failing) log.info({ since: failing.since }, 'the probe comes through again');
    const before = failing;
    failing = failed ? { ...failed, since: failing?.since ?? run.startedAt } : null;
    if (JSON.stringify(before) !== JSON.stringify(failing)) failingSetting.set(JSON.stringify(failing));
    if (run.state !== 'cannot') days.note(run);
    onEnded(run);
    tell(run);
    return run;
  };
  const runOnce = (): Promise<ProbeRun> => {
    running ??= attempt()
      .then(end)
      .finally(() => {
        running = null;
        isFollowed = false;
      });
    return running;
  };

  return {
    start(url) {
      httpUrl = tuning.httpUrl ?? url;
      const runAlone = (): void =>
        void runOnce().catch((error: unknown) => log.error({ err: error }, 'the probe broke'));
      const timer = periodS > 0 ? setInterval(runAlone, periodS * 1000).unref() : undefined;
      return { [Symbol.dispose]: () => clearInterval(timer) };
    },
    failing: () => failing,
    last: () => last,
    state: (count) => ({ periodS, last, failing, ...days.figures(count) }),
    run() {
      if (!running && last && performance.now() - startedMs < restMs) return Promise.resolve(last);
      isFollowed = true;
      return runOnce();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running?.catch(() => {});
      days[Symbol.dispose]();
    },
  };
}

/** Counts readings as a device does: `begin` is a new boot, which owes nothing of the one before. */
function countReadings(db: Database) {
  const setting = openSetting(db, 'probe-boot');
  let boot = 0;
  let seq = 0;
  const begin = (): void => {
    boot = Number(setting.get() ?? 0) + 1;
    seq = 0;
    setting.set(String(boot));
  };
  const next = (): { boot: number; seq: number } => {
    if (boot === 0) begin();
    return { boot, seq: ++seq };
  };
  return Object.assign(next, { begin });
}
