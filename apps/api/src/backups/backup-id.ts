import { BackupId } from '@hearth/contract';
import { Check } from 'typebox/value';

/** The ending of a folder that is not a backup yet, or not any more. */
export const draftEnding = '.partial';

export const isBackupId = (name: string): boolean => Check(BackupId, name);

/** The name of a backup that is begun at this instant. */
export const backupId = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;

/** When a backup of this name was begun, Unix ms. */
export const instantOf = (id: string): number =>
  Date.parse(id.replace(/T(\d\d)-(\d\d)-(\d\d)Z$/, 'T$1:$2:$3Z'));
