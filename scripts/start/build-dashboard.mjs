import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './quiet.mjs';
import { contentHash, node24, readStamp, root } from './workspace.mjs';

const dashboard = join(root, 'apps/dashboard');
const dist = join(dashboard, 'dist');
const stampName = '.hearth-built';

/**
 * Builds the dashboard into its `dist`, unless its sources, the contract and the lockfile are those of the
 * last build. The new build takes the old one's place only when it is whole.
 * @returns {Promise<void>}
 * @throws {import('./workspace.mjs').StartFailure} with vite's output shown
 */
export async function buildDashboard() {
  const wanted = contentHash(['apps/dashboard', 'packages/contract/src', 'pnpm-lock.yaml']);
  if (readStamp(join(dist, stampName)) === wanted) return;
  process.stdout.write('Building the dashboard …\n');
  const next = join(dashboard, `node_modules/.hearth-build-${process.pid}`);
  const old = `${next}-old`;
  try {
    await runQuietly(
      node24(),
      [join(dashboard, 'node_modules/vite/bin/vite.js'), 'build', '--outDir', next, '--emptyOutDir'],
      { what: 'building the dashboard', cwd: dashboard, env: { NODE_ENV: 'production' } },
    );
    mkdirSync(next, { recursive: true });
    writeFileSync(join(next, stampName), `${wanted}\n`);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(next, dist);
  } finally {
    for (const folder of [next, old]) rmSync(folder, { recursive: true, force: true });
  }
}
