import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, absolute. */
export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '');

/**
 * Code compiled once: later starts take half the time, and each part 25 MB less without the compiler. As a service of
 * systemd Hearth may not write its own folder and is given another: Node keeps what each user compiled apart.
 */
export const compileCache = join(
  process.env['CACHE_DIRECTORY'] || join(root, 'node_modules/.cache'),
  'compiled',
);

/** The user's part of a start cannot go on: the message is the one line that says what to do. */
export class StartFailure extends Error {
  /** @override */
  name = 'StartFailure';
}

/** The Node 24 that the lockfile brought; the real file, since a link cannot be watched or measured. */
export function node24() {
  return realpathSync(
    join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node'),
  );
}

/**
 * SHA-256 over names and contents of files and folders below the root, in hex; missing ones are left out.
 * @param {readonly string[]} paths relative to the root
 * @param {readonly string[]} [facts] what else the result depends on
 * @returns {string}
 */
export function contentHash(paths, facts = []) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of paths.flatMap((p) => filesBelow(join(root, p)))) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path).split(sep).join('/')} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]} files in the order of their names, node_modules and build results aside
 */
export function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'node_modules' && name !== 'dist')
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/**
 * @param {string} path of a stamp file
 * @returns {string} its text; empty when there is none
 */
export function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}
