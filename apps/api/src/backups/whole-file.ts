import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts a text into a file for this user alone, in place of any other: on disk when it resolves, and never half of it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = await open(`${path}.new`, 'w', 0o600);
  try {
    await draft.writeFile(text);
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(dirname(path));
}

/** Removes a folder of copies that are needed no more; where it cannot be, the next start tries again. */
export const sweep = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(() => {});

/** What was made, renamed or removed in it then stays so through a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
