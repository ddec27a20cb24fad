import type { Backup } from '@hearth/contract';
import { makeFolder } from '@hearth/part';
import { accessSync, constants } from 'node:fs';
import { explainRefusal } from './backup-error.ts';
import { listBackups } from './kept-backups.ts';
import { isSameDisk } from './room.ts';

/** The folder of the backups, as it was when it was looked at last. */
export interface BackupFolder {
  readonly backups: readonly Backup[];
  /** Why it cannot be used. */
  readonly problem: string | null;
  /** It is on the disk of the data. */
  readonly isBesideData: boolean;
  look(): Promise<void>;
}

/**
 * @param isOurs it is made where it is missing. One that a person names is not: while its disk is not mounted, backups
 * would go beneath its name.
 */
export function openBackupFolder(target: string, dataDir: string, isOurs: boolean): BackupFolder {
  const seen = { backups: [] as readonly Backup[], problem: null as string | null, isBesideData: true };
  return {
    get backups() {
      return seen.backups;
    },
    get problem() {
      return seen.problem;
    },
    get isBesideData() {
      return seen.isBesideData;
    },
    async look() {
      try {
        if (isOurs) makeFolder(target);
        accessSync(target, constants.W_OK | constants.X_OK);
        seen.backups = await listBackups(target);
        seen.isBesideData = await isSameDisk(target, dataDir);
        seen.problem = null;
      } catch (error) {
        seen.problem = (explainRefusal(error, `backups cannot be written to ${target}`) as Error).message;
      }
    },
  };
}
