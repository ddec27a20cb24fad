import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildDashboard } from './build-dashboard.mjs';
import { compileParts } from './compile-parts.mjs';
import { isConfigurationUsable } from './configuration.mjs';
import { install } from './install.mjs';
import { bundleLibraries } from './libraries.mjs';
import { startParts } from './parts.mjs';
import { exitConfig } from './supervise.mjs';
import { root, StartFailure } from './workspace.mjs';

/**
 * Installs, builds and runs all of Hearth until it is stopped: broker, api and demo home as processes that
 * are started again when they crash, and stopped in the opposite order.
 * @param {{ isDev: boolean, isBuildOnly: boolean }} options `isDev`: sources are watched, vite serves the dashboard and
 *   the logs go to the terminal; `isBuildOnly`: ends when all is there that a service needs, which may not write here
 * @returns {Promise<void>} when everything runs
 */
export async function start({ isDev, isBuildOnly }) {
  /** @type {import('./parts.mjs').Stoppable[]} in order of their start */
  const running = [];
  let isStopping = false;
  /** @param {number} exitCode */
  const stopAll = async (exitCode) => {
    if (isStopping) return;
    isStopping = true;
    for (const part of running.toReversed()) await part.stop();
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stopAll(0));
  if (process.env['npm_lifecycle_event']) whenOrphaned(() => void stopAll(0));
  // A service has another user than whoever builds.
  if (isBuildOnly) process.umask(0o022);
  try {
    readEnvFile();
    const dataDir = resolve(root, process.env['HEARTH_DATA_DIR'] || 'data');
    await install();
    if (!isDev) await bundleLibraries();
    if (isBuildOnly) return await buildDashboard();
    if (!(await isConfigurationUsable())) return void stopAll(exitConfig);
    if (!isDev) await Promise.all([buildDashboard(), compileParts()]);
    for await (const part of startParts({ isDev, dataDir, onHopeless: () => void stopAll(exitConfig) })) {
      if (isStopping) return void part.stop();
      running.push(part);
    }
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    if (isStopping) return;
    process.stderr.write(`hearth: ${error.message}\n`);
    await stopAll(exitConfig);
  }
}

/**
 * npm passes SIGTERM to the shell between us, which ends without passing it on: what is left to see is that
 * this process has another parent.
 * @param {() => void} stop
 */
function whenOrphaned(stop) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && stop(), 250).unref();
}

/** Variables of `.env` count where the environment does not set them. */
function readEnvFile() {
  const path = join(root, '.env');
  if (!existsSync(path)) return;
  if (!process.loadEnvFile)
    throw new StartFailure('.env is read by Node 20.12 or newer: update Node, or set the variables yourself');
  process.loadEnvFile(path);
}
