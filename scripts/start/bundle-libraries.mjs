// Run by libraries.mjs on Node 24, with the folder to write to.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { libraryFiles } from './library-places.mjs';
import { root } from './workspace.mjs';

/** Of the packages that use TypeBox this one has it among its own. */
const from = createRequire(join(root, 'packages/part/package.json'));
const vite = createRequire(join(root, 'apps/dashboard/package.json')).resolve('vite');
/** @type {{ build: (options: object) => Promise<unknown> }} */
const { build } = await import(String(pathToFileURL(vite)));

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
      entry: Object.fromEntries(
        Object.entries(libraryFiles).map(([name, file]) => [file, from.resolve(name)]),
      ),
      formats: ['es'],
      /** @param {string} _format @param {string} file */
      fileName: (_format, file) => `${file}.js`,
    },
  },
});
