import type { CheckedDevice, CheckSummary } from '@hearth/contract';
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { deviceOf } from '../device-of.ts';
import type { Report } from '../kit.ts';
import { summarise } from './summary.ts';

/** What a run found, signed. */
export interface Certificate {
  format: 'hearth-conformance-1';
  /** Version of the device contract. */
  contract: 1;
  kit: string;
  device: { id: string } & CheckedDevice;
  /** Unix ms. */
  testedAt: number;
  tookMs: number;
  isQuick: boolean;
  isPlain: boolean;
  summary: CheckSummary;
  results: Report['results'];
  signer: { name: string; publicKey: string };
  signature: string;
}

/** Whether a certificate is whole, and whose key signed it. */
export type Verification =
  | { isWhole: true; name: string; fingerprint: string; certificate: Certificate }
  | { isWhole: false; why: string };

/**
 * What is signed: the UTF-8 of the certificate without its signature, as JSON without white space, its fields in the
 * order in which they stand there.
 */
function signedBytes(certificate: object): Buffer {
  const { signature: _, ...rest } = certificate as { signature?: unknown };
  return Buffer.from(JSON.stringify(rest));
}

/** SHA-256 of the public key (DER), hex in groups of four: what people compare. */
export function fingerprintOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').match(/.{4}/g)!.join(' ');
}

/** Signs what a run found with an Ed25519 key. `name` is who says so. @see RFC 8032 */
export function issueCertificate(
  report: Report,
  kit: string,
  signer: { name: string; key: KeyObject },
): Certificate {
  const { about, beganAt, tookMs, isQuick, isPlain, results } = report;
  const unsigned = {
    format: 'hearth-conformance-1',
    contract: 1,
    kit,
    device: { id: report.device, ...deviceOf(about) },
    testedAt: beganAt,
    tookMs,
    isQuick,
    isPlain,
    summary: summarise(results),
    results,
    signer: {
      name: signer.name,
      publicKey: createPublicKey(signer.key).export({ type: 'spki', format: 'der' }).toString('base64'),
    },
  } as const;
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), signer.key).toString('base64') };
}

/** Checks a certificate's text: its form, its signature, and that its summary is that of its results. */
export function verifyCertificate(text: string): Verification {
  let certificate: Certificate;
  try {
    certificate = JSON.parse(text) as Certificate;
    if (certificate.format !== 'hearth-conformance-1') throw new Error('format');
  } catch {
    return { isWhole: false, why: 'this is no certificate of the kit' };
  }
  try {
    const der = Buffer.from(certificate.signer.publicKey, 'base64');
    const publicKey = createPublicKey({ key: der, type: 'spki', format: 'der' });
    const signature = Buffer.from(certificate.signature, 'base64');
    if (
      publicKey.asymmetricKeyType !== 'ed25519' ||
      !verify(null, signedBytes(certificate), publicKey, signature)
    )
      return { isWhole: false, why: 'its signature does not fit: it was changed after it was signed' };
    const counted = JSON.stringify(summarise(certificate.results));
    if (counted !== JSON.stringify(certificate.summary))
      return { isWhole: false, why: 'its summary is not that of its results' };
    return {
      isWhole: true,
      name: certificate.signer.name,
      fingerprint: fingerprintOf(publicKey),
      certificate,
    };
  } catch {
    return { isWhole: false, why: 'its signature or its key cannot be read' };
  }
}
