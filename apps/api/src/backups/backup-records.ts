import type { Database } from 'better-sqlite3';
import { openSetting } from '../settings.ts';
import type { Attempt } from './backup-state.ts';

/** What the api remembers of backups, in hearth.db. */
export interface BackupRecords {
  attempt(): Attempt | null;
  setAttempt(attempt: Attempt): void;
  /** The public key; null before there is one. */
  recipient(): string | null;
  setRecipient(recipient: string): void;
  /** The one whose secret key was shown. */
  shownRecipient(): string | null;
  setShownRecipient(recipient: string): void;
}

export function openBackupRecords(db: Database): BackupRecords {
  const attempt = openSetting(db, 'backup-attempt');
  const recipient = openSetting(db, 'backup-recipient');
  const shown = openSetting(db, 'backup-key-shown');
  return {
    attempt: () => JSON.parse(attempt.get() ?? 'null') as Attempt | null,
    setAttempt: (newest) => attempt.set(JSON.stringify(newest)),
    recipient: () => recipient.get() ?? null,
    setRecipient: (next) => recipient.set(next),
    shownRecipient: () => shown.get() ?? null,
    setShownRecipient: (next) => shown.set(next),
  };
}
