import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config as apiConfig, startApi } from '@hearth/api';
import { config as brokerConfig, startBroker } from '@hearth/broker';
import {
  routes,
  type DeviceCredential,
  type NewDevice,
  type Problem,
  type Route,
  type RouteAnswer,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  type Setup,
} from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { config as demoConfig, startDemo } from '@hearth/simulator';
import { freeBrokerPorts } from './processes.ts';

/** The parts of a request that a route takes, and no others. */
type Request<N extends RouteName> = {
  [K in 'params' | 'query' | 'body' as Asked<N>[K] extends undefined ? never : K]: Asked<N>[K];
};
interface Asked<N extends RouteName> {
  params: RouteParams<N>;
  query: RouteQuery<N>;
  body: RouteBody<N>;
}

/** An answer of the api that is a problem; `problem` is its body. */
class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.status} ${problem.title}: ${problem.detail ?? ''}`);
    this.problem = problem;
  }
}

/** Broker and api, and the demo home if wanted, set up and signed in. Disposing stops them and deletes all. */
export interface Stack extends AsyncDisposable {
  readonly url: string;
  readonly mqttUrl: string;
  readonly mqttPort: number;
  readonly dataDir: string;
  /** The owner's session, as a Cookie header. */
  readonly cookie: string;
  /** Calls a route of the contract as the owner. @throws {ProblemError} */
  api<N extends RouteName>(
    route: N,
    ...request: keyof Request<N> extends never ? [] : [Request<N>]
  ): Promise<RouteAnswer<N>>;
  /** Makes a device's or gateway's credential. @throws {ProblemError} */
  addDevice(id: string, more?: Omit<NewDevice, 'id'>): Promise<DeviceCredential>;
}

/** The owner of every test's home. */
const owner: Omit<Setup, 'code' | 'start'> = {
  name: 'Ada',
  password: 'correct horse battery',
  home: 'Test home',
  timeZone: 'Europe/Berlin',
  temperatureUnit: 'celsius',
};

/**
 * Starts the real parts on free ports in a temporary data folder and sets them up over HTTP. With `demo` the
 * simulated home runs too: `env` may tune it (HEARTH_SIM_…). With `brokerUrl` that broker takes ours' place.
 */
export async function startStack(
  options: { demo?: boolean; brokerUrl?: string; env?: Record<string, string> } = {},
): Promise<Stack> {
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const env = {
    HEARTH_DATA_DIR: dataDir,
    ...freeBrokerPorts,
    HEARTH_HTTP_PORT: '0',
    HEARTH_DEMO: options.demo ? 'on' : 'off',
    HEARTH_SIM_HISTORY_DAYS: '0',
    HEARTH_LOG_LEVEL: 'fatal',
    ...options.env,
  };
  const log = createLog('test', env.HEARTH_LOG_LEVEL);

  const startOurs = async () => parts.use(await startBroker(readConfig(brokerConfig, env), log));
  const mqttUrl = options.brokerUrl ?? (await startOurs()).address.mqttUrl;
  const api = parts.use(await startApi(readConfig(apiConfig, { ...env, HEARTH_BROKER_URL: mqttUrl }), log));
  const { url, link } = api.address;
  if (options.demo) parts.use(await startDemo(readConfig(demoConfig, { ...env, HEARTH_API_URL: url }), log));
  const cookie = await setUp(url, link, options.demo ?? false);

  const call: Stack['api'] = (route, ...[request]) => callRoute(url, cookie, route, request ?? {});
  await waitForBroker(() => call('health'));
  const running = parts.move();
  return {
    url,
    mqttUrl,
    mqttPort: Number(new URL(mqttUrl).port),
    dataDir,
    cookie,
    api: call,
    addDevice: (id, more = {}) => call('addDevice', { body: { id, ...more } }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Makes the owner of a new api, and gives their session as a Cookie header. @throws {ProblemError} */
export async function setUp(url: string, link: string, isDemo: boolean): Promise<string> {
  const code = new URL(link).hash.replace('#code=', '');
  const response = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...owner, code, start: isDemo ? 'demo' : 'device' } satisfies Setup),
  });
  if (!response.ok) throw new ProblemError((await response.json()) as Problem);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function callRoute<N extends RouteName>(
  url: string,
  cookie: string,
  name: N,
  request: { params?: object; query?: object; body?: unknown },
): Promise<RouteAnswer<N>> {
  const route: Route = routes[name];
  const params = (request.params ?? {}) as Record<string, string>;
  const path = route.path.replace(/:(\w+)/g, (_, param: string) => encodeURIComponent(params[param] ?? ''));
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).map(([key, value]) => [key, String(value)] as [string, string]),
  );
  const response = await fetch(`${url}${path}?${query.toString()}`, {
    method: route.method,
    headers: { cookie, ...(request.body !== undefined && { 'content-type': 'application/json' }) },
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
  });
  if (!response.ok) throw new ProblemError((await response.json()) as Problem);
  return (response.status === 204 ? null : await response.json()) as RouteAnswer<N>;
}

/** The api starts without its broker; tests begin when they have met. @throws after 10 s. */
async function waitForBroker(health: () => Promise<RouteAnswer<'health'>>): Promise<void> {
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    const { broker } = await health();
    if (broker?.isConnected) return;
    if (Date.now() > giveUpAt)
      throw new Error(`the api has not reached the broker: ${broker?.problem ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
