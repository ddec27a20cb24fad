import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../start/quiet.mjs';
import { contentHash, root } from '../start/workspace.mjs';

/** The programs of others that tests run beside Hearth, and all below them, each with the SHA-512 of its package. */
const lists = ['package.json', 'package-lock.json'].map((name) => `test/interop/software/${name}`);
const cache = join(root, 'node_modules/.cache/interop');

/**
 * Installs them from npm, apart from Hearth's own packages and without their install scripts, where they are not there
 * already. They take 220 MB.
 * @returns {Promise<string>} the folder that holds their node_modules
 * @throws {import('../start/workspace.mjs').StartFailure} with the output of npm
 */
export async function installSoftware() {
  const name = contentHash(lists).slice(0, 16);
  const place = join(cache, name);
  if (existsSync(place)) return place;
  mkdirSync(cache, { recursive: true });
  // Whole or not at all, and two at a time do no harm.
  const being = mkdtempSync(join(cache, 'being-installed-'));
  try {
    for (const list of lists) copyFileSync(join(root, list), join(being, list.split('/').at(-1) ?? list));
    await runQuietly('npm', ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'], {
      what: 'installing the programs that tests run beside Hearth',
      cwd: being,
      env: { NODE_OPTIONS: '' },
      isShell: process.platform === 'win32',
    });
    if (!existsSync(place)) renameSync(being, place);
  } finally {
    rmSync(being, { recursive: true, force: true });
  }
  for (const other of readdirSync(cache))
    if (other !== name && !other.startsWith('being-')) rmSync(join(cache, other), { recursive: true });
  return place;
}
