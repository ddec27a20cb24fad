import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/** What was just made beside `path` is found after a power cut once its folder is synced, and what was deleted is not. */
export function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
