// Run by compile-parts.mjs on Node 24.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './workspace.mjs';

const faces = ['apps/broker/src/broker.ts', 'apps/api/src/api.ts', 'devices/simulator/src/simulator.ts'];
const threads = ['apps/broker/src', 'packages/store/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('-worker.ts'))
    .map((path) => join(folder, path)),
);
/** @param {string} path */
const load = (path) => import(String(pathToFileURL(join(root, path))));

for (const path of faces) await load(path);
// What a thread needs is loaded when its file ends for want of somebody to talk to.
for (const path of threads) await load(path).catch(() => {});
process.exit();
