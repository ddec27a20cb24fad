import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { partNodeArgs } from './part-node.mjs';
import { exitConfig } from './supervise.mjs';
import { compileCache, node24, root, StartFailure } from './workspace.mjs';

/**
 * Reads the configuration of every part that will be started, so that a bad variable is told before anything
 * runs, and names variables that are misspelt. The schemas are TypeScript: Node 24 reads them, whichever
 * Node this is.
 * @returns {Promise<boolean>} false when a variable does not fit; the line that names it is printed then
 * @throws {StartFailure} when it could not be looked at
 */
export async function isConfigurationUsable() {
  const check = spawn(
    node24(),
    [...partNodeArgs, fileURLToPath(new URL('./check-configuration.ts', import.meta.url))],
    {
      cwd: root,
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const [code, signal] = await once(check, 'close');
  if (code === 0) return true;
  if (code === exitConfig) return false;
  throw new StartFailure(`looking at the configuration failed (${signal ?? `exit code ${code}`}): see above`);
}
