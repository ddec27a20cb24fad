import { createRequire } from 'node:module';
import { join } from 'node:path';

// Loaded in front of a broker's own code, in each of its threads: SQLite is told synchronous=OFF in place of FULL, and
// says FULL when it is asked. What a journal without syncs loses in a power cut, the test of power cuts has to find.

interface Database {
  pragma(this: Database, source: string, options?: object): unknown;
}

const require = createRequire(join(import.meta.dirname, '../../apps/broker/src/main.ts'));
const { prototype } = require('better-sqlite3') as { prototype: Database };
// oxlint-disable-next-line typescript/unbound-method -- called with the database below
const { pragma } = prototype;
prototype.pragma = function unsynced(source, options) {
  if (source === 'synchronous = FULL') return pragma.call(this, 'synchronous = OFF', options);
  const answer = pragma.call(this, source, options);
  return source === 'synchronous' && answer === 0 ? 2 : answer;
};
