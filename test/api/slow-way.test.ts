import { config as apiConfig, startApi, type RunningApi } from '@hearth/api';
import { config as brokerConfig, startBroker } from '@hearth/broker';
import { probeLegs, type LegFigures, type ProbeLeg, type Probes, type ProbeRun } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { freeBrokerPorts } from '../processes.ts';
import { startSlowProxy, type SlowProxy } from '../slow-proxy.ts';
import { setUp } from '../stack.ts';

const parts = new AsyncDisposableStack();
const dayMs = 86_400_000;
/** Every story has a day of its own, so that its percentiles are nobody else's. */
let day = 0;
let api: RunningApi;
let cookie: string;
/** Between broker and probe, between broker and bridge, and between HTTP and probe. */
let ways: Record<'probe' | 'bridge' | 'http', SlowProxy>;

const call = async <T>(method: string, path: string): Promise<T> => {
  const response = await fetch(`${api.address.url}${path}`, { method, headers: { cookie } });
  return (await response.json()) as T;
};

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-slow-'));
  parts.defer(() => rmSync(dataDir, { recursive: true }));
  const log = createLog('test', 'silent');
  const env = { HEARTH_DATA_DIR: dataDir, ...freeBrokerPorts, HEARTH_HTTP_PORT: '0', HEARTH_DEMO: 'off' };
  const settings = readConfig(brokerConfig, env);
  const broker = parts.use(await startBroker(settings, log, { connectsMax: Infinity }));
  const brokerPort = (): number => Number(new URL(broker.address.mqttUrl).port);
  const proxy = async (port: () => number) => parts.use(await startSlowProxy(port));
  ways = {
    probe: await proxy(brokerPort),
    bridge: await proxy(brokerPort),
    http: await proxy(() => Number(new URL(api.address.url).port)),
  };
  const at = (scheme: string, { port }: SlowProxy): string => `${scheme}://127.0.0.1:${port}`;
  const probed = { ...env, HEARTH_BROKER_URL: at('mqtt', ways.bridge), HEARTH_PROBE_PERIOD_S: '0' };
  api = parts.use(
    await startApi(readConfig(apiConfig, probed), log, {
      now: () => Date.now() + day * dayMs,
      probe: { brokerUrl: at('mqtt', ways.probe), httpUrl: at('http', ways.http), restMs: 0 },
    }),
  );
  cookie = await setUp(api.address.url, api.address.link, false);
  await vi.waitFor(
    async () =>
      expect(
        (await call<{ broker: { isConnected: boolean } }>('GET', '/api/health')).broker.isConnected,
      ).toBe(true),
    { timeout: 10_000 },
  );
  // The first ones wait for code that is not compiled yet.
  for (let i = 0; i < 5; i++) await call('POST', '/api/probes/run');
});
afterAll(() => parts.disposeAsync());

/** The figures of each leg of some runs on a day of their own, ms. */
async function figuresOf(runs: number): Promise<(leg: ProbeLeg) => LegFigures> {
  // What the story before left on its way belongs to its own day.
  await call('POST', '/api/probes/run');
  day++;
  for (let i = 0; i < runs; i++)
    expect(await call<ProbeRun>('POST', '/api/probes/run')).toMatchObject({ state: 'whole' });
  const { legs } = await call<Probes>('GET', '/api/probes?days=1');
  return (leg) => legs.find((each) => each.leg === leg)!;
}

/** How often each leg goes that way; of QoS 2 two packets that acknowledge wait for one another. */
const toProbe: Partial<Record<ProbeLeg, number>> = {
  connect: 1,
  'subscribe-0': 1,
  'subscribe-1': 1,
  'subscribe-2': 1,
  'receive-0': 1,
  'receive-1': 1,
  'receive-2': 1,
  'publish-1': 1,
  'publish-2': 2,
  receipt: 1,
};
const stories = [
  { what: 'from the broker to a device', way: 'probe', direction: 'toClientMs', slowed: toProbe },
  { what: 'from the broker to the bridge', way: 'bridge', direction: 'toClientMs', slowed: { bridge: 1 } },
  { what: 'from the bridge to the broker', way: 'bridge', direction: 'toServerMs', slowed: { receipt: 1 } },
  { what: 'of the answer over HTTP', way: 'http', direction: 'toClientMs', slowed: { query: 1 } },
] as const;
/** How far a percentile may be from what was injected. */
const most = 1.05;
const least = 0.95;
/** Of a short delay the machine's own wavering is a large part: more runs tell them apart. */
const runsFor = (delayMs: number): number => (delayMs < 50 ? 20 : delayMs < 1000 ? 4 : 1);

// Where the machine was busier for once, it is measured again.
describe.for(depth.delaysMs)('%i ms are found at their leg within 5 percent, and at no other:', (delayMs) => {
  test.for(stories)('$what', { timeout: 400_000, retry: 3 }, async ({ way, direction, slowed }) => {
    const runs = runsFor(delayMs);
    const before = await figuresOf(runs);
    ways[way].slow({ [direction]: delayMs });
    const after = await figuresOf(runs);
    const longestMs = ways[way].longestMs();
    ways[way].slow({});
    for (const leg of probeLegs.filter((each) => each !== 'tls')) {
      const times = (slowed as typeof toProbe)[leg] ?? 0;
      const [was, is] = [before(leg), after(leg)];
      const said = `${JSON.stringify(was)}, then ${JSON.stringify(is)}`;
      if (times > 0) {
        expect(is.p95!, said).toBeGreaterThan(least * (was.p50! + times * delayMs));
        expect(is.p95!, said).toBeLessThan(most * (was.p95! + times * longestMs));
      }
      // A machine that is busy for a moment makes the slowest of any leg slow.
      else expect(is.p50! - was.p50!, said).toBeLessThan(Math.min(15, delayMs / 2));
    }
  });
});
