import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlTopics, type ControlResponse, type Credential } from '@hearth/contract';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { type PartProcess, startPart } from '../processes.ts';

/** How an honest client fared while something went on. */
export interface Fare {
  /** Round trips of its messages: 95th and 99th percentile. */
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
  roundTrips: number;
  /** Most that the broker's memory grew over what it was before. */
  grownBytes: number;
  /** How long the broker's event loop was held up, 99th percentile. */
  loopP99Ms: number;
}

/** A broker as a process of its own, with an honest client that exchanges messages with itself. */
export interface Victim extends AsyncDisposable {
  readonly url: string;
  readonly mqttsUrl: string;
  readonly dataDir: string;
  readonly ca: string;
  /** Runs `attack`, and watches the honest client and the broker's memory until it is over. */
  during(attack: () => Promise<void>): Promise<Fare>;
}

export const secretOf = (id: string): string => `secret of ${id}`;
export const login = (username: string, clientId = username) => ({
  clientId,
  username,
  password: secretOf(username),
});

/** Connects, 3.1.1 and without reconnecting. */
export async function open(url: string, options: IClientOptions): Promise<MqttClient> {
  const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 0, ...options });
  client.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('close', () => reject(new Error('closed before it was connected')));
  });
  return client;
}

/** As `npm start` runs it; on SIGUSR2 it says how long its event loop was held up since it was last asked. */
const nodeArgs = [
  '--max-semi-space-size=2',
  '--optimize-for-size',
  '--import',
  `data:text/javascript,${encodeURIComponent(`
    import { monitorEventLoopDelay } from 'node:perf_hooks';
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    process.on('SIGUSR2', () => {
      process.stderr.write('[loop p99 ' + delay.percentile(99) / 1e6 + ' ms]');
      delay.reset();
    });`)}`,
];
const loopPattern = /\[loop p99 ([\d.]+) ms\]/g;

/** Gateways get `<id>/#`. */
export async function startVictim(
  ids: { devices?: readonly string[]; gateways?: readonly string[] },
  more: Record<string, string> = {},
): Promise<Victim> {
  await using parts = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-abuse-'));
  parts.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const env = {
    HEARTH_DATA_DIR: dataDir,
    HEARTH_LOG_LEVEL: 'error',
    ...more,
  };
  const broker = parts.use(await startPart('broker', env, nodeArgs));
  const url = broker.address['mqttUrl']!;
  const device = (id: string): Credential => ({
    id,
    home: 'home',
    role: 'device',
    secretSha256: createHash('sha256').update(secretOf(id)).digest('hex'),
  });
  const gateway = (id: string): Credential => ({ ...device(id), role: 'gateway', topics: [`${id}/#`] });
  const gateways = ['honest', ...(ids.gateways ?? [])].map(gateway);
  await addCredentials(url, dataDir, [...(ids.devices ?? []).map(device), ...gateways]);
  const honest = await open(url, login('honest'));
  parts.defer(() => honest.endAsync(true));
  await honest.subscribeAsync('honest/#', { qos: 1 });
  // A process that has just started grows with the first work of each kind, whoever asks for it.
  for (let i = 0; i < 500; i++) await open(url, login('nobody')).catch(() => null);
  await watch(honest, broker, () => pause(1000));
  const running = parts.move();
  return {
    url,
    mqttsUrl: broker.address['mqttsUrl']!,
    dataDir,
    ca: readFileSync(join(dataDir, 'broker/certificates/ca.crt'), 'utf8'),
    during: (attack) => watch(honest, broker, attack),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Credentials in one request. */
const batchMax = 500;

async function addCredentials(url: string, dataDir: string, add: readonly Credential[]): Promise<void> {
  const service = await open(url, {
    clientId: 'hearth-api-test',
    username: 'hearth-api',
    password: readFileSync(join(dataDir, 'broker/service-secret'), 'utf8').trim(),
  });
  await service.subscribeAsync(controlTopics.response, { qos: 1 });
  for (let from = 0; from < add.length; from += batchMax) {
    const answered = new Promise<ControlResponse>((resolve) =>
      service.once('message', (_topic, payload) =>
        resolve(JSON.parse(payload.toString()) as ControlResponse),
      ),
    );
    const request = { id: 'add', add: add.slice(from, from + batchMax) };
    await service.publishAsync(controlTopics.request, JSON.stringify(request), { qos: 1 });
    const { error } = await answered;
    if (error) throw new Error(error);
  }
  await service.endAsync();
}

async function watch(honest: MqttClient, broker: PartProcess, attack: () => Promise<void>): Promise<Fare> {
  const pid = broker.child.pid!;
  await loopP99Ms(broker);
  const before = residentBytes(pid);
  let most = before;
  const over = new AbortController();
  const attacking = attack().finally(() => over.abort());
  const tookMs: number[] = [];
  while (!over.signal.aborted || tookMs.length < 20) {
    const startedAt = performance.now();
    const came = new Promise<void>((resolve) => honest.once('message', () => resolve()));
    await Promise.all([came, honest.publishAsync('honest/ping', 'x', { qos: 1 })]);
    tookMs.push(performance.now() - startedAt);
    most = Math.max(most, residentBytes(pid));
    await pause(20);
  }
  await attacking;
  tookMs.sort((a, b) => a - b);
  return {
    p95Ms: tookMs[Math.floor(tookMs.length * 0.95)]!,
    p99Ms: tookMs[Math.floor(tookMs.length * 0.99)]!,
    maxMs: tookMs.at(-1)!,
    roundTrips: tookMs.length,
    grownBytes: most - before,
    loopP99Ms: await loopP99Ms(broker),
  };
}

async function loopP99Ms(broker: PartProcess): Promise<number> {
  const told = () => [...broker.output().matchAll(loopPattern)].map(([, ms]) => Number(ms));
  const before = told().length;
  broker.child.kill('SIGUSR2');
  while (told().length === before) await pause(10);
  return told().at(-1)!;
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}
