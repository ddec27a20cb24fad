import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CredentialsCopy } from '@hearth/contract';

const file = 'credentials.copy';

/**
 * Puts an image of the credentials into `<folder>/credentials.copy`, for this user alone, in place of the one before;
 * it is on disk when this resolves, and appears whole.
 * @throws the system's error
 */
export async function keepCopy(folder: string, image: Uint8Array): Promise<CredentialsCopy> {
  const path = join(folder, file);
  const draft = await open(`${path}.new`, 'w', 0o600);
  try {
    await draft.writeFile(image);
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${path}.new`, path);
  return { file, sha256: createHash('sha256').update(image).digest('hex') };
}
