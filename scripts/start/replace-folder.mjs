import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentHash, readStamp } from './workspace.mjs';

const stampName = '.hearth-built';

/**
 * Makes a folder from sources, unless they are those that it was made from. The new one takes the old one's place
 * only when it is whole.
 * @param {string} folder
 * @param {readonly string[]} sources relative to the root
 * @param {(next: string) => Promise<void>} make fills a folder, which is not there yet
 * @param {string} [workshop] where it is made: on the same disk
 * @returns {Promise<void>}
 */
export async function replaceFolder(folder, sources, make, workshop = dirname(folder)) {
  const wanted = contentHash(sources);
  if (readStamp(join(folder, stampName)) === wanted) return;
  const next = join(workshop, `.hearth-build-${process.pid}`);
  const old = `${next}-old`;
  try {
    await make(next);
    mkdirSync(next, { recursive: true });
    writeFileSync(join(next, stampName), `${wanted}\n`);
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(next, folder);
  } finally {
    for (const each of [next, old]) rmSync(each, { recursive: true, force: true });
  }
}
