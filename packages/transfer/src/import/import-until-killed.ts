// Imports the file argv[2] into the store argv[3], keeping its state in argv[4], and says when it is done.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { openStore } from '@hearth/store';
import { freshImport, importReadings, type ImportState } from './import.ts';

const [path, storePath, statePath] = process.argv.slice(2) as [string, string, string];
const state = existsSync(statePath)
  ? (JSON.parse(readFileSync(statePath, 'utf8')) as ImportState)
  : freshImport();
await using store = await openStore({ path: storePath });
process.stdout.write(`from ${state.position.offset}\n`);
const report = await importReadings(
  store,
  { path, format: 'csv', mode: 'store', startedAt: 1_800_000_000_000 },
  {
    state,
    signal: new AbortController().signal,
    onState(next) {
      writeFileSync(`${statePath}.next`, JSON.stringify(next));
      renameSync(`${statePath}.next`, statePath);
      process.stdout.write(`at ${next.position.offset}\n`);
    },
  },
);
process.stdout.write(`done ${JSON.stringify(report)}\n`);
