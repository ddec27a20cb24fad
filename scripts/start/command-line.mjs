import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { install } from './install.mjs';
import { exitConfig } from './supervise.mjs';
import { node24, root, StartFailure } from './workspace.mjs';

/**
 * Runs `hearth` on Node 24, and installs that first where nothing is installed yet: a backup is restored on a machine that
 * has only Node and npm.
 * @param {readonly string[]} args
 * @returns {Promise<void>} its exit code is this process's
 */
export async function runHearth(args) {
  try {
    await install((line) => process.stderr.write(line));
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    process.stderr.write(`hearth: ${error.message}\n`);
    process.exitCode = exitConfig;
    return;
  }
  const child = spawn(node24(), [join(root, 'apps/api/src/cli/hearth.ts'), ...args], {
    // Of `./data` and `.env`; paths that were typed are meant from where its user is.
    cwd: root,
    env: { ...process.env, INIT_CWD: process.env['INIT_CWD'] ?? process.cwd() },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
}
