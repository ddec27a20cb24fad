// Run by `npm start` before it starts anything: see configuration.mjs.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError, readConfig, strangeVariables } from '@hearth/part';

type Schema = Parameters<typeof readConfig>[0];

const { env } = process;
/** The parts that will be started, by the folder of their `src/config.ts`. */
const parts = [
  { name: 'broker', folder: 'apps/broker', isStarted: !env['HEARTH_BROKER_URL'] },
  { name: 'api', folder: 'apps/api', isStarted: true },
  { name: 'simulator', folder: 'devices/simulator', isStarted: env['HEARTH_DEMO'] !== 'off' },
];

for (const line of strangeVariables(env)) process.stderr.write(`hearth: ${line}\n`);
for (const { name, folder, isStarted } of parts) {
  if (!isStarted) continue;
  // Its schema alone: loading the parts whole takes twice as long, and a person waits for the link.
  const path = join(import.meta.dirname, '../..', folder, 'src/config.ts');
  const { config } = (await import(pathToFileURL(path).href)) as { config: Schema };
  try {
    readConfig(config, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`hearth ${name}: ${error.message}\n`);
    process.exit(78);
  }
}
