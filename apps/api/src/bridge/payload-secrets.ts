import { payloadSecretBytes } from '@hearth/contract';
import { makeSecretFile, readSecretFile, SecretFileError } from '@hearth/part';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** The wrapping key cannot be used: its file is gone, or not the one that the secrets were wrapped with. */
export class WrappingKeyError extends Error {
  override readonly name = 'WrappingKeyError';
}

/**
 * Keeps devices' payload secrets out of hearth.db in clear: they are wrapped with a key in a file beside it
 * (mode 0600), so that a copy of the database alone opens nothing. The file is made with the first secret.
 */
export function openPayloadSecrets(keyFile: string) {
  return {
    /** @throws {WrappingKeyError} @throws with the system's code where the file cannot be made. */
    wrap(device: string, secret: Uint8Array): Buffer {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, readKey(keyFile) ?? makeKey(keyFile), nonce, {
        authTagLength: tagBytes,
      });
      cipher.setAAD(Buffer.from(device));
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    /** @throws {WrappingKeyError} */
    unwrap(device: string, wrapped: Buffer): Buffer {
      const key = readKey(keyFile);
      if (!key) throw new WrappingKeyError(`${keyFile} is gone: restore it from the backup of hearth.db`);
      const tagAt = wrapped.length - tagBytes;
      const decipher = createDecipheriv(algorithm, key, wrapped.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(device));
      try {
        decipher.setAuthTag(wrapped.subarray(tagAt));
        return Buffer.concat([decipher.update(wrapped.subarray(nonceBytes, tagAt)), decipher.final()]);
      } catch (cause) {
        throw new WrappingKeyError(`${keyFile} is not the key that hearth.db was written with`, { cause });
      }
    },
  };
}

/** Null while there is no file. */
function readKey(path: string): Buffer | null {
  let secret: string | null;
  try {
    secret = readSecretFile(path);
  } catch (cause) {
    const { message } = cause as Error;
    const line = cause instanceof SecretFileError ? message : `${path} cannot be read: ${message}`;
    throw new WrappingKeyError(line, { cause });
  }
  if (secret === null) return null;
  const key = bytesOf(secret);
  if (key.length !== payloadSecretBytes)
    throw new WrappingKeyError(`${path} does not hold a key of ${payloadSecretBytes} bytes`);
  return key;
}

/** On disk, whole, before anything is wrapped with it. */
const makeKey = (path: string): Buffer => bytesOf(makeSecretFile(path));

const bytesOf = (secret: string): Buffer => Buffer.from(secret, 'base64url');
