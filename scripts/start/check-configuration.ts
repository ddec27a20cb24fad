// Run by `npm start` before it starts anything: see configuration.mjs.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError, readConfig, strangeVariables } from '@hearth/part';
import { portClash } from './port-clash.ts';

type Schema = Parameters<typeof readConfig>[0];

const { env } = process;
/** The parts that will be started, by the folder of their `src/config.ts`. */
const parts = [
  { name: 'broker', folder: 'apps/broker', isStarted: !env['HEARTH_BROKER_URL'] },
  { name: 'api', folder: 'apps/api', isStarted: true },
  { name: 'simulator', folder: 'devices/simulator', isStarted: env['HEARTH_DEMO'] !== 'off' },
];

const settings: Record<string, string | number | undefined> = {};
const refuse = (line: string): never => {
  process.stderr.write(`${line}\n`);
  process.exit(78);
};
for (const line of strangeVariables(env)) process.stderr.write(`hearth: ${line}\n`);
for (const { name, folder, isStarted } of parts) {
  if (!isStarted) continue;
  // Its schema alone: loading the parts whole takes twice as long, and a person waits for the link.
  const path = join(import.meta.dirname, '../..', folder, 'src/config.ts');
  const { config } = (await import(pathToFileURL(path).href)) as { config: Schema };
  try {
    Object.assign(settings, readConfig(config, env));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    refuse(`hearth ${name}: ${error.message}`);
  }
}
const clash = portClash(settings);
if (clash) refuse(`hearth: ${clash}`);
