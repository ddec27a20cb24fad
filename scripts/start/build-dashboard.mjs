import { basename, join } from 'node:path';
import { runQuietly } from './quiet.mjs';
import { replaceFolder } from './replace-folder.mjs';
import { node24, root } from './workspace.mjs';

const dashboard = join(root, 'apps/dashboard');
const probe = join(root, 'packages/probe');
const sources = [
  'apps/dashboard',
  'packages/contract/src',
  'packages/probe',
  'packages/part/src',
  'pnpm-lock.yaml',
];

/**
 * Builds the dashboard into its `dist`, and beside it `hearth-probe.mjs` to be fetched from there, unless their
 * sources, the contract and the lockfile are those of the last build.
 * @returns {Promise<void>}
 * @throws {import('./workspace.mjs').StartFailure} with vite's output shown
 */
export async function buildDashboard() {
  await replaceFolder(
    join(dashboard, 'dist'),
    sources,
    async (next) => {
      process.stdout.write('Building the dashboard …\n');
      await build(dashboard, ['--outDir', next, '--emptyOutDir']);
      await build(probe, ['--outDir', next]);
    },
    join(dashboard, 'node_modules'),
  );
}

/**
 * @param {string} folder with a vite of its own, and its configuration
 * @param {readonly string[]} options
 * @returns {Promise<void>}
 */
function build(folder, options) {
  const args = [join(folder, 'node_modules/vite/bin/vite.js'), 'build', ...options];
  return runQuietly(node24(), args, {
    what: `building ${basename(folder)}`,
    cwd: folder,
    env: { NODE_ENV: 'production' },
  });
}
