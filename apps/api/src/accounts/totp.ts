import { createHmac } from 'node:crypto';

/** What every authenticator app takes: SHA-1, six digits, 30 s. */
const stepMs = 30_000;
const digits = 6;
/** A code holds one step before and after its own: phones' clocks are off, and typing takes time. */
const driftSteps = 1;

/** The code of one step. @see RFC 4226, 5.3 and RFC 6238, 4.2 */
export function codeOf(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const binary = mac.readUInt32BE(mac.at(-1)! & 0xf) & 0x7fff_ffff;
  return String(binary % 10 ** digits).padStart(digits, '0');
}

/** The step to which a code belongs at `at` (Unix ms) or nearly then; null where it is none. */
export function stepOf(secret: Uint8Array, code: string, at: number): number | null {
  const now = Math.floor(at / stepMs);
  for (let step = now - driftSteps; step <= now + driftSteps; step++)
    if (step >= 0 && codeOf(secret, step) === code) return step;
  return null;
}

/** @see RFC 4648, section 6; without padding, as apps want it */
export function base32(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[parseInt(five.padEnd(5, '0'), 2)]).join('');
}
