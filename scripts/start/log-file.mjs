import { existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartFailure } from './workspace.mjs';

/** A log larger than this is set aside when its part starts; two of each are kept. */
const logMaxBytes = 5_000_000;

/**
 * Makes a folder for this user alone, and those above it that are missing; Node's own recursive mkdir never
 * returns below `/proc`. (The parts have the same from packages/part, which is TypeScript.)
 * @param {string} folder
 */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/**
 * Opens a log file for appending; its folder is made when missing, for this user alone.
 * @param {string} path
 * @returns {number} the file descriptor
 * @throws {StartFailure} when the data folder cannot be written
 */
export function openLog(path) {
  try {
    makeFolder(dirname(path));
    if (existsSync(path) && statSync(path).size > logMaxBytes) renameSync(path, `${path}.1`);
    return openSync(path, 'a', 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartFailure(
      `the data folder cannot be written (${why}): give this user the right to, or set HEARTH_DATA_DIR`,
    );
  }
}
