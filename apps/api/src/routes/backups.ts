import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Backups: the list and how they are, one on demand, and the key that is shown once. */
export function addBackupRoutes(addRoute: AddRoute, { backups }: Pick<Parts, 'backups'>): void {
  addRoute('backups', () => backups.list());

  addRoute('makeBackup', () => {
    backups.make();
    return backups.list();
  });

  addRoute('showBackupKey', () => backups.showKey());
}
