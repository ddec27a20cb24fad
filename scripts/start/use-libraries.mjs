// Loaded first in each part, and in each of its threads: see libraries.mjs.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { librariesUrl, libraryFiles } from './library-places.mjs';

/** @type {Map<string, string>} */
const places = new Map();
for (const [name, file] of Object.entries(libraryFiles)) {
  const url = new URL(`${file}.js`, librariesUrl);
  if (existsSync(url)) places.set(name, url.href);
}

registerHooks({
  resolve(name, context, next) {
    const url = places.get(name);
    return url === undefined ? next(name, context) : { url, format: 'module', shortCircuit: true };
  },
});
