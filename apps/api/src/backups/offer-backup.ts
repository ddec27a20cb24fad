import { StartError } from '@hearth/part';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backupFolder, type Config } from '../config.ts';
import { listBackups } from './kept-backups.ts';

/** Stands in the data folder while a restore puts files in place. */
export const halfRestored = 'restored-in-part';

/** @throws {StartError} where a restore was cut short: what is there is of two lives. */
export function assertNotHalfRestored(dataDir: string): void {
  if (existsSync(join(dataDir, halfRestored)))
    throw new StartError(
      `a restore into ${dataDir} was cut short: run \`npm run -s hearth -- restore\` again, with --replace`,
    );
}

/**
 * Opens a file of the data folder. Where it is damaged, the line that ends the start names the newest good backup and
 * the command that puts it in place; the damaged file stays as it is until then. Nothing begins anew by itself: what
 * would be acknowledged meanwhile, devices would forget.
 * @param name of the file in a backup
 */
export async function orOfferBackup<T>(config: Config, name: string, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const { code } = error as { code?: string };
    if (!(error instanceof StartError) || !/^SQLITE_(CORRUPT|NOTADB)/.test(code ?? '')) throw error;
    const { target } = backupFolder(config);
    const newest = (await listBackups(target).catch(() => [])).find(({ state }) => state === 'good');
    if (!newest) throw error;
    const [what] = error.message.split(': restore it');
    throw new StartError(
      `${what}: \`npm run -s hearth -- restore ${join(target, newest.id)} --only ${name}\` sets it aside and puts the newest good backup in its place`,
      { cause: error },
    );
  }
}
