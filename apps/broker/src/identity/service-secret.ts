import { explainFile, makeSecretFile, readSecretFile, SecretFileError, StartError } from '@hearth/part';
import { join } from 'node:path';

/**
 * The secret with which the api connects, from `<folder>/service-secret`; made at the first start. The folder has one
 * owner at a time (see credentials).
 * @throws {StartError} when the file holds something else, or cannot be read. @throws with the system's code where it
 * cannot be made.
 */
export function openServiceSecret(folder: string): string {
  return readServiceSecret(folder) ?? makeSecretFile(pathIn(folder));
}

/**
 * The secret of the folder; null while there is none.
 * @throws {StartError} when the file holds something else, or cannot be read.
 */
export function readServiceSecret(folder: string): string | null {
  try {
    return readSecretFile(pathIn(folder));
  } catch (error) {
    if (!(error instanceof SecretFileError)) throw explainFile(error, pathIn(folder));
    throw new StartError(`${error.message}: delete it, and a new one will be made`);
  }
}

const pathIn = (folder: string): string => join(folder, 'service-secret');
