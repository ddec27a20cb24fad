import type { PayloadEncryption, PayloadKey } from '@hearth/contract';
import type { Envelopes } from './envelopes.ts';
import type { PayloadKeyTable } from './payload-keys.ts';

/** Payload encryption cannot be had here. */
class CannotEncryptError extends Error {
  override readonly name = 'CannotEncryptError';
  readonly code = 'cannot-encrypt';
}

/** Switches the encryption of payloads on and off, device by device. On disk when a call returns. */
export interface Encryption {
  /** Null for a device in clear. */
  of(device: string): PayloadEncryption | null;
  /**
   * Makes a secret, and a new one where there is one: what is sealed with the one before, or in clear, is not
   * taken any more. The secret is told this once. @throws {CannotEncryptError}
   */
  switchOn(device: string): PayloadKey;
  switchOff(device: string): void;
}

/** `isShared`: other apis read the same messages, and each would count for itself. */
export function createEncryption(parts: {
  keys: PayloadKeyTable;
  envelopes: Envelopes;
  home: string;
  isShared: boolean;
}): Encryption {
  const { keys, envelopes, home, isShared } = parts;
  return {
    of(device) {
      const known = keys.of(device);
      return known ? { keyId: known.id, since: known.madeAt } : null;
    },
    switchOn(device) {
      if (isShared)
        throw new CannotEncryptError(
          'Several Hearths share this broker (HEARTH_BROKER_SHARE), and two that count envelopes with one key would break it: use TLS.',
        );
      const { id, secret } = keys.make(device);
      envelopes.forget(device);
      return { id: device, home, keyId: id, secret: secret.toString('base64url') };
    },
    switchOff(device) {
      keys.remove(device);
      envelopes.forget(device);
    },
  };
}
