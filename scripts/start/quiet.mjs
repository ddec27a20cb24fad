import { spawn } from 'node:child_process';
import { root, StartFailure } from './workspace.mjs';

/**
 * Runs a program whose output only matters when it fails: then all of it is shown.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ what: string, cwd?: string, env?: NodeJS.ProcessEnv, isShell?: boolean }} options `what`
 *   names the work in the failure's line
 * @returns {Promise<void>}
 * @throws {StartFailure} when it cannot be run or exits with anything but 0
 */
export function runQuietly(program, args, { what, cwd = root, env = {}, isShell = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: isShell,
    });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => reject(new StartFailure(`${what} could not be run: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      reject(new StartFailure(`${what} failed (${signal ?? `exit code ${code}`}): see above`));
    });
  });
}
