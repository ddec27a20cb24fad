import { BackupKey, BackupsAnswer } from './backups.ts';
import type { Route } from './route.ts';

/** Backups: how they are, one more, and the key to them. */
export const backupRoutes = {
  backups: {
    method: 'GET',
    path: '/api/backups',
    access: 'session',
    summary: 'The backups, whether they are proven, and when the next one is made',
    answer: [200, BackupsAnswer],
  },
  makeBackup: {
    method: 'POST',
    path: '/api/backups',
    access: 'session',
    summary: 'Make a backup now and prove it; one that is being made already is not begun again',
    answer: [202, BackupsAnswer],
  },
  showBackupKey: {
    method: 'POST',
    path: '/api/backups/key',
    access: 'session',
    summary: 'The secret key that opens the backups, once',
    answer: [201, BackupKey],
    problems: ['key-shown', 'key-missing'],
  },
} as const satisfies Record<string, Route>;
