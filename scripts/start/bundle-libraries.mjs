// Run by libraries.mjs on Node 24, with the folder to write to.
import { readFileSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { libraryFiles } from './library-places.mjs';
import { root } from './workspace.mjs';

/** This part has all of them among its own. */
const user = join(root, 'apps/broker/package.json');
const vite = createRequire(join(root, 'apps/dashboard/package.json')).resolve('vite');
/** @type {{ build: (options: object) => Promise<unknown> }} */
const { build } = await import(String(pathToFileURL(vite)));

/**
 * @param {string} name
 * @returns {string} its file, of an older package with two forms the one in modules
 */
function entryOf(name) {
  const about = String(findPackageJSON(name, user));
  const { exports, module } = JSON.parse(readFileSync(about, 'utf8'));
  return module && !exports ? join(dirname(about), module) : createRequire(user).resolve(name);
}

await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: process.argv[2],
    target: 'es2024',
    minify: false,
    lib: {
      entry: Object.fromEntries(Object.entries(libraryFiles).map(([name, file]) => [file, entryOf(name)])),
      formats: ['es'],
      /** @param {string} _format @param {string} file */
      fileName: (_format, file) => `${file}.js`,
    },
  },
});
