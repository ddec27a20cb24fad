import { resolve } from 'node:path';
import { keyFileIn } from '../backups/contents.ts';
import { restoreBackup } from '../backups/restore-backup.ts';
import type { Command } from './command-line.ts';
import type { Outcome, Workplace } from './outcome.ts';

/** Restores a backup into the data folder. @throws {BackupError} */
export async function restore(
  { folder, key, only, isReplacing }: Extract<Command, { verb: 'restore' }>,
  { dataDir, readingsPath, from, tell }: Workplace,
): Promise<Outcome> {
  const { manifest, names, aside } = await restoreBackup(
    {
      folder: resolve(from, folder),
      keyFile: key === null ? keyFileIn(dataDir) : resolve(from, key),
      dataDir,
      readingsPath,
      only,
      isReplacing,
    },
    tell,
  );
  const { readings, leftOut, at } = manifest;
  const lines = [
    `Restored into ${dataDir}, as it was at ${new Date(at).toISOString()}: ${names.join(', ')}.`,
    ...(readings && names.includes('readings.db')
      ? [
          `${readings.readings.toLocaleString('en')} readings in ${readings.series} series of ${readings.devices} devices; digest ${readings.digest}.`,
        ]
      : []),
    ...aside.map((place) => `What was there before is in ${place}.`),
    ...leftOut.map((what) => `Not in this backup: ${what}.`),
    'Start Hearth with `npm start`.',
  ];
  return { text: `${lines.join('\n')}\n`, json: { at, names, readings, aside, leftOut }, isGood: true };
}
