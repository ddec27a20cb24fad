import { fork } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { openLog } from './log-file.mjs';
import { partNodeArgs } from './part-node.mjs';
import { node24, root } from './workspace.mjs';

/**
 * @typedef {Record<string, string | number>} Address what a part reports when it is ready
 *
 * @typedef {object} PartPlan
 * @property {string} name
 * @property {string} main its main.ts, relative to the root
 * @property {string | null} logPath null: the terminal
 * @property {(address: Address) => NodeJS.ProcessEnv} pin what a restart must keep, such as a port that
 *   was 0 at first
 *
 * @typedef {object} Supervised
 * @property {Promise<Address>} ready the first address; stays open when the part ends before
 * @property {() => Promise<void>} stop
 */

/** EX_CONFIG of sysexits.h: a person has to change something, a restart cannot help. */
export const exitConfig = 78;

/** Tells a part that its environment is not complete: packages/part waits for the rest. */
const waitForEnv = '--wait-for-env';

const restartAfterMinMs = 200;
const restartAfterMaxMs = 2500;
/** A part that ran this long has got over its last crash. */
const steadyAfterMs = 30_000;
/** A part that has not stopped by then is killed: what it acknowledged is on disk anyway. */
const stopWithinMs = 8000;

/**
 * Runs one part as a process on Node 24 and starts it again when it crashes. It ends for good when it is
 * stopped, when it exits 0 of its own accord, or with exit code 78.
 * @param {PartPlan} plan
 * @param {NodeJS.ProcessEnv} env
 * @param {Promise<NodeJS.ProcessEnv> | null} lateEnv what only another part can tell: the process loads meanwhile
 * @param {object} options
 * @param {boolean} options.isDev
 * @param {(address: Address) => void} [options.onReady]
 * @param {(trouble: string | null) => void} [options.onTrouble] what keeps the part from its work, null for nothing;
 *   first, and when it changes
 * @param {() => void} options.onHopeless called once after exit code 78; the part has printed its line then
 * @returns {Supervised}
 * @throws {import('./workspace.mjs').StartFailure} when the log cannot be written
 */
export function supervise(plan, env, lateEnv, { isDev, onReady, onTrouble, onHopeless }) {
  let isStopping = false;
  let restartAfterMs = restartAfterMinMs;
  /** @type {NodeJS.Timeout | undefined} */
  let restart;
  let pinned = {};
  /** @type {(address: Address) => void} */
  let resolveReady;
  /** @type {Promise<Address>} */
  const ready = new Promise((resolve) => (resolveReady = resolve));

  const launch = () => {
    const log = plan.logPath === null ? null : openLog(plan.logPath);
    const startedAt = performance.now();
    const started = fork(plan.main, lateEnv ? [waitForEnv] : [], {
      cwd: root,
      env: { ...env, ...pinned },
      execPath: node24(),
      execArgv: [...partNodeArgs, ...(isDev ? ['--watch', '--watch-preserve-output'] : [])],
      // Its own process group: Ctrl-C reaches the supervisor alone, which then stops the parts in order.
      detached: process.platform !== 'win32',
      stdio: ['ignore', log ?? 'inherit', 'pipe', 'ipc'],
    });
    // One that is gone by then is of no interest; the next one hears it too.
    void lateEnv?.then((known) => started.connected && started.send({ env: known }));
    started.stderr?.on('data', (chunk) => {
      process.stderr.write(chunk);
      if (log !== null) writeOrSkip(log, chunk);
    });
    started.on('message', (message) => {
      const trouble = /** @type {{ trouble?: string | null }} */ (message).trouble;
      if (trouble !== undefined) onTrouble?.(trouble);
      const address = readyAddress(message);
      if (!address) return;
      pinned = plan.pin(address);
      resolveReady(address);
      onReady?.(address);
    });
    // A message to a process that is just ending fails; its exit says all that matters.
    started.on('error', () => {});
    started.on('exit', (code, signal) => {
      if (isStopping || code === 0 || code === exitConfig) return;
      if (performance.now() - startedAt > steadyAfterMs) restartAfterMs = restartAfterMinMs;
      process.stderr.write(
        `hearth: ${plan.name} ended (${signal ?? `exit code ${code}`}), starting it again\n`,
      );
      restart = setTimeout(() => (child = launch()), restartAfterMs);
      restartAfterMs = Math.min(restartAfterMs * 2, restartAfterMaxMs);
    });
    // Only now has all of its standard error been passed on.
    started.on('close', (code) => {
      if (log !== null) closeSync(log);
      if (code === exitConfig && !isStopping) onHopeless();
    });
    return started;
  };
  let child = launch();

  return {
    ready,
    stop: async () => {
      isStopping = true;
      clearTimeout(restart);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const kill = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      clearTimeout(kill);
    },
  };
}

/**
 * A log that cannot be written (a full disk) must not end the supervisor.
 * @param {number} log
 * @param {Uint8Array} chunk
 */
function writeOrSkip(log, chunk) {
  try {
    writeSync(log, chunk);
  } catch {
    // The terminal has it.
  }
}

/**
 * @param {unknown} message
 * @returns {Address | null} of a part's `{ ready: address }`; null for anything else
 */
function readyAddress(message) {
  if (typeof message !== 'object' || message === null || !('ready' in message)) return null;
  return /** @type {Address} */ (message.ready);
}
