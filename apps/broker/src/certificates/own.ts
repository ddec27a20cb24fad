import { StartError } from '@hearth/part';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { KeyPair } from './sign.ts';

/** Paths of the owner's own certificate (with its chain) and key, PEM. */
export interface OwnFiles {
  certificateFile: string;
  keyFile: string;
}

/** Both files or none. @throws {StartError} when only one is set. */
export function ownFiles(certificateFile = '', keyFile = ''): OwnFiles | null {
  if (!certificateFile && !keyFile) return null;
  if (certificateFile && keyFile) return { certificateFile, keyFile };
  throw new StartError('HEARTH_TLS_CERT_FILE and HEARTH_TLS_KEY_FILE belong together: set both, or none');
}

/** Reads the files as they are at present. */
export function openOwn({ certificateFile, keyFile }: OwnFiles): { read(): KeyPair } {
  return {
    read() {
      try {
        const pair = {
          certificate: readFileSync(certificateFile, 'utf8'),
          key: readFileSync(keyFile, 'utf8'),
        };
        createSecureContext({ cert: pair.certificate, key: pair.key });
        return pair;
      } catch (error) {
        throw new StartError(
          `the certificate in HEARTH_TLS_CERT_FILE (${certificateFile}) and the key in HEARTH_TLS_KEY_FILE (${keyFile}) cannot be used (${(error as Error).message}): both have to be PEM, and to belong together`,
          { cause: error },
        );
      }
    },
  };
}
