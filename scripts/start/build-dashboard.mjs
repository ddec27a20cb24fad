import { join } from 'node:path';
import { runQuietly } from './quiet.mjs';
import { replaceFolder } from './replace-folder.mjs';
import { node24, root } from './workspace.mjs';

const dashboard = join(root, 'apps/dashboard');
const sources = ['apps/dashboard', 'packages/contract/src', 'pnpm-lock.yaml'];

/**
 * Builds the dashboard into its `dist`, unless its sources, the contract and the lockfile are those of the
 * last build.
 * @returns {Promise<void>}
 * @throws {import('./workspace.mjs').StartFailure} with vite's output shown
 */
export async function buildDashboard() {
  await replaceFolder(
    join(dashboard, 'dist'),
    sources,
    (next) => {
      process.stdout.write('Building the dashboard …\n');
      return runQuietly(
        node24(),
        [join(dashboard, 'node_modules/vite/bin/vite.js'), 'build', '--outDir', next, '--emptyOutDir'],
        { what: 'building the dashboard', cwd: dashboard, env: { NODE_ENV: 'production' } },
      );
    },
    join(dashboard, 'node_modules'),
  );
}
