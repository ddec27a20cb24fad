import type { Log } from '@hearth/part';
import type { Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import { join } from 'node:path';
import type { Accounts } from '../accounts/accounts.ts';
import type { Control } from '../bridge/control.ts';
import { backupFolder, readingsFile, type Config } from '../config.ts';
import type { HomeRecord } from '../homes.ts';
import { version } from '../version.ts';
import { openBackupRecords } from './backup-records.ts';
import { openBackups, type Backups, type BackupTuning } from './backups.ts';
import { keyFileIn } from './contents.ts';
import { minutesOf } from './schedule.ts';

/** Where copies in clear text are for a while. */
const scratchIn = (dataDir: string): string => join(dataDir, 'backup-scratch');

/** Opens the backups as the configuration has them. */
export function startBackups(
  parts: {
    config: Config;
    store: Store;
    control: Control;
    db: Database;
    home: HomeRecord;
    accounts: Accounts;
    now: () => number;
    log: Log;
  },
  tuning?: BackupTuning,
): Promise<Backups> {
  const { config, store, control, db, home, accounts, now, log } = parts;
  const { HEARTH_DATA_DIR: dataDir } = config;
  const { target, isOurs } = backupFolder(config);
  return openBackups(
    {
      store,
      control,
      dataDir,
      readingsPath: readingsFile(config),
      places: { target, scratch: scratchIn(dataDir) },
      keyFile: keyFileIn(dataDir),
      keep: {
        days: config.HEARTH_BACKUP_KEEP_DAYS,
        weeks: config.HEARTH_BACKUP_KEEP_WEEKS,
        months: config.HEARTH_BACKUP_KEEP_MONTHS,
      },
      records: openBackupRecords(db),
      isFolderOurs: isOurs,
      minutesOfDay: minutesOf(config.HEARTH_BACKUP_AT),
      timeZone: () => home.facts().timeZone,
      hasOwner: () => accounts.hasOwner(),
      version,
      now,
      log,
    },
    tuning,
  );
}
