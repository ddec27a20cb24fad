import {
  envelopeAad,
  envelopeHeader,
  envelopeKeyInfo,
  envelopeKeySalt,
  envelopeTagBytes,
  payloadSecretBytes,
  type Envelope,
  type EnvelopeCounter,
} from '@hearth/contract';
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

const algorithm = 'aes-256-gcm';
/** Without it Node opens an envelope whose tag was cut to 4 bytes. */
const whole = { authTagLength: envelopeTagBytes };

/** The keys of one device: what comes from it is opened with one, what goes to it is sealed with the other. */
export interface DirectionKeys {
  fromDevice: Buffer;
  toDevice: Buffer;
}

/** Where an envelope belongs: it opens nowhere else. */
interface Place {
  device: string;
  topic: string;
}

/** Makes a device's two keys from its secret. @see RFC 5869 */
export function directionKeys(secret: Uint8Array, home: string, device: string): DirectionKeys {
  const key = (from: 'device' | 'platform'): Buffer =>
    Buffer.from(
      hkdfSync('sha256', secret, envelopeKeySalt, envelopeKeyInfo(from, home, device), payloadSecretBytes),
    );
  return { fromDevice: key('device'), toDevice: key('platform') };
}

/** Seals a payload. The counter must never have been used with this key: GCM breaks at the first repetition. */
export function sealEnvelope(
  key: Uint8Array,
  { device, topic, keyId, counter }: Place & { keyId: number; counter: EnvelopeCounter },
  payload: Uint8Array,
): Buffer {
  const header = envelopeHeader(keyId, counter);
  const cipher = createCipheriv(algorithm, key, header.subarray(2), whole);
  cipher.setAAD(envelopeAad(device, topic));
  return Buffer.concat([header, cipher.update(payload), cipher.final(), cipher.getAuthTag()]);
}

/** The payload of an envelope; null where it was altered, or sealed with another key or for another topic. */
export function openEnvelope(
  key: Uint8Array,
  { device, topic }: Place,
  { nonce, ciphertext, tag }: Envelope,
): Buffer | null {
  const decipher = createDecipheriv(algorithm, key, nonce, whole);
  decipher.setAAD(envelopeAad(device, topic));
  try {
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    return null;
  }
}
