import { createHash } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partNodeArgs } from './part-node.mjs';
import { runQuietly } from './quiet.mjs';
import { compileCache, filesBelow, node24, readStamp, root } from './workspace.mjs';

const stampPath = join(compileCache, '.hearth-compiled');
const sources = ['packages', 'apps/broker', 'apps/api', 'devices', 'pnpm-lock.yaml', 'scripts/start'];

/**
 * Compiles the parts into the cache, unless their sources are those of the last time. Otherwise each would have the
 * compiler in its memory until it is started anew, and all would do the same work.
 * @returns {Promise<void>}
 * @throws {import('./workspace.mjs').StartFailure} with what Node says of a source that cannot be loaded
 */
export async function compileParts() {
  const wanted = stampOf(sources);
  if (readStamp(stampPath) === wanted) return;
  await runQuietly(node24(), [...partNodeArgs, fileURLToPath(new URL('./load-parts.mjs', import.meta.url))], {
    what: 'compiling Hearth',
    env: { NODE_COMPILE_CACHE: compileCache },
  });
  writeFileSync(stampPath, `${wanted}\n`);
}

/**
 * Names, sizes and times of files as one text: reading all of them would cost each start 30 ms and 4 MB.
 * @param {readonly string[]} paths
 * @returns {string}
 */
function stampOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((each) => filesBelow(join(root, each)))) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
