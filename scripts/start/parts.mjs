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
 * Starts broker, api and demo home one after the other, each told where the ones before it listen, and
 * prints the link as soon as the api is ready. A set HEARTH_BROKER_URL takes our broker's place.
 * @param {{ isDev: boolean, dataDir: string, onHopeless: () => void }} options
 * @returns {AsyncGenerator<Stoppable>} each part as soon as its process exists
 * @throws {import('./workspace.mjs').StartFailure}
 */
export async function* startParts({ isDev, dataDir, onHopeless }) {
  const logDir = join(dataDir, 'logs');
  const env = {
    ...process.env,
    HEARTH_DATA_DIR: dataDir,
    NODE_ENV: isDev ? 'development' : 'production',
    NODE_COMPILE_CACHE: compileCache,
  };
  /**
   * @param {Omit<import('./supervise.mjs').PartPlan, 'logPath'>} part
   * @param {NodeJS.ProcessEnv} more
   * @param {Partial<Parameters<typeof supervise>[2]>} [hearing]
   */
  const launch = (part, more, hearing) =>
    supervise(
      { ...part, logPath: isDev ? null : join(logDir, `${part.name}.log`) },
      { ...env, ...more },
      { isDev, onHopeless, ...hearing },
    );

  let brokerUrl = process.env['HEARTH_BROKER_URL'];
  if (!brokerUrl) {
    const started = launch(broker, {});
    yield started;
    brokerUrl = String((await started.ready)['mqttUrl']);
  }

  const isBrokerOurs = !process.env['HEARTH_BROKER_URL'];
  const { showLink, onTrouble } = greeting(isDev ? null : relative(root, logDir), isBrokerOurs);
  const hearing = { ...(!isBrokerOurs && { onTrouble }), ...(!isDev && { onReady: showLink }) };
  const started = launch(api, { HEARTH_BROKER_URL: brokerUrl }, hearing);
  yield started;
  const address = await started.ready;
  const apiUrl = String(address['url']);

  if (process.env['HEARTH_DEMO'] !== 'off') yield launch(simulator, { HEARTH_API_URL: apiUrl });

  if (!isDev) return;
  const dashboard = await serveDashboard(apiUrl);
  yield dashboard;
  showLink({ link: String(address['link']).replace(apiUrl, dashboard.url) });
}
