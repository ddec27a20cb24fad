import { join, relative } from 'node:path';
import { greeting } from './greeting.mjs';
import { supervise } from './supervise.mjs';
import { serveDashboard } from './vite.mjs';
import { compileCache, root } from './workspace.mjs';

/**
 * @typedef {{ stop: () => Promise<void> }} Stoppable
 * @typedef {import('./supervise.mjs').Address} Address
 */

/** @param {string | number | undefined} url */
const portOf = (url) => new URL(String(url)).port;

const broker = {
  name: 'broker',
  main: 'apps/broker/src/main.ts',
  /** @param {Address} address */
  pin: (address) => ({
    HEARTH_MQTT_PORT: portOf(address['mqttUrl']),
    HEARTH_MQTTS_PORT: portOf(address['mqttsUrl']),
    HEARTH_MQTT_WS_PORT: portOf(address['wsUrl']),
    HEARTH_MQTT_WSS_PORT: portOf(address['wssUrl']),
    ...(address['mutualUrl'] && { HEARTH_MQTT_MTLS_PORT: portOf(address['mutualUrl']) }),
  }),
};
const api = {
  name: 'api',
  main: 'apps/api/src/main.ts',
  /** @param {Address} address */
  pin: (address) => ({ HEARTH_HTTP_PORT: portOf(address['url']) }),
};
const simulator = { name: 'simulator', main: 'devices/simulator/src/main.ts', pin: () => ({}) };

/**
 * Starts broker, api and demo home, each told where the one before it listens as soon as that is ready, and
 * prints the link when the api is. Their processes load side by side, but for development, where they are watched
 * and come one after the other. A set HEARTH_BROKER_URL takes our broker's place.
 * @param {{ isDev: boolean, dataDir: string, onHopeless: () => void }} options
 * @returns {AsyncGenerator<Stoppable>} each part as soon as its process exists
 * @throws {import('./workspace.mjs').StartFailure}
 */
export async function* startParts({ isDev, dataDir, onHopeless }) {
  const logDir = join(dataDir, 'logs');
  const env = {
    // Of glibc: with an arena for each thread some 15 MB of freed memory are kept for nothing.
    MALLOC_ARENA_MAX: '2',
    ...process.env,
    HEARTH_DATA_DIR: dataDir,
    NODE_ENV: isDev ? 'development' : 'production',
    NODE_COMPILE_CACHE: compileCache,
  };
  /**
   * @param {Omit<import('./supervise.mjs').PartPlan, 'logPath'>} part
   * @param {NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>} more
   * @param {Partial<Parameters<typeof supervise>[3]>} [hearing]
   */
  const launch = (part, more, hearing) => {
    const isLate = more instanceof Promise;
    return supervise(
      { ...part, logPath: isDev ? null : join(logDir, `${part.name}.log`) },
      { ...env, ...(!isLate && more) },
      isLate ? more : null,
      { isDev, onHopeless, ...hearing },
    );
  };
  const theirUrl = process.env['HEARTH_BROKER_URL'];
  const ourBroker = theirUrl ? null : launch(broker, {});
  if (ourBroker) yield ourBroker;
  const forApi = ourBroker
    ? ourBroker.ready.then(({ mqttUrl }) => ({ HEARTH_BROKER_URL: String(mqttUrl) }))
    : { HEARTH_BROKER_URL: theirUrl };

  const { showLink, onTrouble } = greeting(isDev ? null : relative(root, logDir), ourBroker !== null);
  const hearing = { ...(!ourBroker && { onTrouble }), ...(!isDev && { onReady: showLink }) };
  const started = launch(api, isDev ? await forApi : forApi, hearing);
  yield started;
  const forSimulator = started.ready.then(({ url }) => ({ HEARTH_API_URL: String(url) }));
  if (process.env['HEARTH_DEMO'] !== 'off')
    yield launch(simulator, isDev ? await forSimulator : forSimulator);

  if (!isDev) return;
  const address = await started.ready;
  const apiUrl = String(address['url']);
  const dashboard = await serveDashboard(apiUrl);
  yield dashboard;
  showLink({ link: String(address['link']).replace(apiUrl, dashboard.url) });
}
