import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './quiet.mjs';
import { contentHash, readStamp, root } from './workspace.mjs';

const pnpm = 'pnpm@12.21.0';
const stampPath = join(root, 'node_modules/.hearth-installed');

/**
 * Installs what the lockfile names, unless that was done already: pnpm and Node 24 come from the registry.
 * @param {(line: string) => unknown} [say] tells that it takes a while
 * @returns {Promise<void>}
 * @throws {import('./workspace.mjs').StartFailure} with pnpm's output shown
 */
export async function install(say = (line) => process.stdout.write(line)) {
  const wanted = contentHash(
    ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'],
    [process.platform, process.arch],
  );
  if (readStamp(stampPath) === wanted) return;
  const isFirst = !existsSync(stampPath);
  say(`Installing what Hearth needs${isFirst ? ' (once, about a minute)' : ''} …\n`);
  await runQuietly('npx', ['--yes', pnpm, 'install', '--frozen-lockfile'], {
    what: 'installing',
    // Without CI=true pnpm asks before it replaces a folder that another version made.
    env: { CI: 'true' },
    isShell: process.platform === 'win32',
  });
  writeFileSync(stampPath, `${wanted}\n`);
}
