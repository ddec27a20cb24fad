import { join, relative } from 'node:path';
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
  pin: (address) => ({ HEARTH_MQTT_PORT: portOf(address['mqttUrl']) }),
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
   * @param {(address: Address) => void} [onReady]
   */
  const launch = (part, more, onReady) =>
    supervise(
      { ...part, logPath: isDev ? null : join(logDir, `${part.name}.log`) },
      { ...env, ...more },
      { isDev, onHopeless, ...(onReady && { onReady }) },
    );

  let brokerUrl = process.env['HEARTH_BROKER_URL'];
  if (!brokerUrl) {
    const started = launch(broker, {});
    yield started;
    brokerUrl = String((await started.ready)['mqttUrl']);
  }

  const showLink = linkPrinter(isDev ? null : relative(root, logDir));
  const started = launch(api, { HEARTH_BROKER_URL: brokerUrl }, isDev ? undefined : showLink);
  yield started;
  const address = await started.ready;
  const apiUrl = String(address['url']);

  if (process.env['HEARTH_DEMO'] !== 'off') yield launch(simulator, { HEARTH_API_URL: apiUrl });

  if (!isDev) return;
  const dashboard = await serveDashboard(apiUrl);
  yield dashboard;
  showLink({ link: String(address['link']).replace(apiUrl, dashboard.url) });
}

/**
 * @param {string | null} logDir
 * @returns {(address: Address) => void} prints the link, and again only when a restart changed it
 */
function linkPrinter(logDir) {
  let shown = '';
  return (address) => {
    const link = String(address['link']);
    if (link === shown) return;
    shown = link;
    const invitation = link.includes('#code=') ? 'Hearth is on. Set it up here:' : 'Hearth is on:';
    const logs = logDir === null ? '' : ` Logs are in ${logDir}.`;
    process.stdout.write(`\n  ${invitation}\n\n    ${link}\n\n  Ctrl-C stops it.${logs}\n\n`);
  };
}
