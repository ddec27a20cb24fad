import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node24, root, StartFailure } from './workspace.mjs';

const dashboard = join(root, 'apps/dashboard');

/**
 * Serves the dashboard from its sources, passing calls of the api on to it.
 * @param {string} apiUrl
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} once vite says where it listens
 * @throws {StartFailure} when vite ends before it listens
 */
export function serveDashboard(apiUrl) {
  const vite = spawn(node24(), [join(dashboard, 'node_modules/vite/bin/vite.js'), '--clearScreen', 'false'], {
    cwd: dashboard,
    env: { ...process.env, HEARTH_API_URL: apiUrl, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const closed = new Promise((resolve) => vite.once('close', resolve));
  return new Promise((resolve, reject) => {
    vite.stdout.on('data', (chunk) => {
      const url = /(https?:\/\/[^\s/]+)\/?\s/.exec(String(chunk))?.[1];
      if (url)
        resolve({
          url,
          stop: async () => {
            vite.kill('SIGTERM');
            await closed;
          },
        });
      else process.stdout.write(chunk);
    });
    void closed.then(() => reject(new StartFailure('the dashboard’s development server did not start')));
  });
}
