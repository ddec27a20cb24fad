import { makeFolder, StartError, type Log } from '@hearth/part';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { readPair, writePair } from './files.ts';
import type { ServerNames } from './names.ts';
import { openOwn, type OwnFiles } from './own.ts';
import type { KeyPair, Validity } from './sign.ts';
import type { Sign } from './sign-worker.ts';
import { openSigning } from './signing.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const authorityValidMs = 3650 * dayMs;
/** Browsers and phones refuse much longer ones; renewal is automatic. */
const serverValidMs = 90 * dayMs;
const renewBeforeMs = 30 * dayMs;
/** A device's certificate ends by revocation; nobody is there to renew it on a thermostat. */
const deviceValidMs = authorityValidMs;
/** Clocks of devices run slow. */
const backdatedMs = hourMs;

export interface CertificatesOptions {
  /** Folder for our authority and server certificate. */
  folder: string;
  /** Unix ms. */
  now: () => number;
  names: () => ServerNames;
  /** The owner's own server certificate in place of ours. */
  own: OwnFiles | null;
  log: Log;
}

/** The certificate authority of this home, and the server certificate that listeners show. */
export interface Certificates {
  /** What listeners show now. */
  readonly server: KeyPair;
  /** Certificate of our authority, PEM. Public: devices need it to know the server. */
  readonly authority: string;
  /** Signs a device's request. @throws {CertificateRequestError} */
  signRequest(id: string, csr: string): Promise<SignedCertificate>;
  /** A certificate with a fresh key for a device that cannot make one. */
  signFreshKey(id: string): Promise<SignedCertificate & { key: string }>;
  /** Renews what ends soon or no longer fits, and calls `changed` with it; to be called now and then. */
  check(changed: (server: KeyPair) => void): Promise<void>;
}

/** PEM, and the SHA-256 of the certificate, hex in lower case. */
export interface SignedCertificate {
  certificate: string;
  sha256: string;
}

/**
 * Opens the folder's authority (`ca.crt`, `ca.key`) and server certificate (`server.crt`, `server.key`), and makes
 * what is missing.
 * @throws {StartError} when the owner's own files cannot be used.
 */
export async function openCertificates(options: CertificatesOptions): Promise<Certificates> {
  const { folder, now, names, log } = options;
  makeFolder(folder);
  const own = options.own && openOwn(options.own);
  const signing = openSigning();
  const authority = await openAuthority(join(folder, 'ca'), signing, now);
  const serverBase = join(folder, 'server');
  const ours = async (): Promise<KeyPair> => {
    const kept = readPair(serverBase);
    if (kept && isGood(kept, authority, names(), now())) return kept;
    const made = await signing.signServer(authority, names(), validFor(now(), serverValidMs));
    writePair(serverBase, made);
    log.info({ names: names() }, 'made a server certificate');
    return made;
  };
  let server = own ? own.read() : await ours();
  const certified = (certificate: string): SignedCertificate => ({
    certificate,
    sha256: new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase(),
  });

  return {
    get server() {
      return server;
    },
    authority: authority.certificate,
    async signRequest(id, csr) {
      return certified(await signing.signRequest(authority, id, csr, deviceValidity(authority, now())));
    },
    async signFreshKey(id) {
      const validity = deviceValidity(authority, now());
      const { certificate, key } = await signing.signFreshKey(authority, id, validity);
      return { ...certified(certificate), key };
    },
    async check(changed) {
      let next: KeyPair;
      try {
        next = own ? own.read() : await ours();
      } catch (error) {
        // The one that is in use may still be good; a half-copied file is whole the next time.
        log.error({ err: error }, 'the server certificate could not be renewed');
        return;
      }
      if (next.certificate === server.certificate && next.key === server.key) return;
      server = next;
      changed(server);
      log.info('the server certificate was renewed');
    },
  };
}

async function openAuthority(base: string, signing: Sign, now: () => number): Promise<KeyPair> {
  const kept = readPair(base);
  if (kept) {
    if (isPair(kept)) return kept;
    throw new StartError(
      `${base}.crt and ${base}.key do not belong together: put back both from a backup, or delete both (devices then need the new ca.crt)`,
    );
  }
  const made = await signing.makeAuthority('Hearth home authority', validFor(now(), authorityValidMs));
  writePair(base, made);
  return made;
}

/** Whether a server certificate of ours may be shown for longer. */
function isGood(pair: KeyPair, authority: KeyPair, names: ServerNames, now: number): boolean {
  if (!isPair(pair)) return false;
  const certificate = new X509Certificate(pair.certificate);
  if (!certificate.verify(new X509Certificate(authority.certificate).publicKey)) return false;
  if (certificate.validToDate.getTime() - now < renewBeforeMs || certificate.validFromDate.getTime() > now)
    return false;
  return (
    names.dns.every((name) => certificate.checkHost(name) !== undefined) &&
    names.ip.every((address) => certificate.checkIP(address) !== undefined)
  );
}

function isPair({ certificate, key }: KeyPair): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function validFor(now: number, forMs: number): Validity {
  return { notBefore: new Date(now - backdatedMs), notAfter: new Date(now + forMs) };
}

/** No longer than the authority itself. */
function deviceValidity(authority: KeyPair, now: number): Validity {
  const end = new X509Certificate(authority.certificate).validToDate.getTime();
  return validFor(now, Math.min(deviceValidMs, end - now));
}
