// The library's container of parts wants this before it is loaded itself.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';

/** What the broker shows of itself: the right certificate, or one that a device has to refuse. */
export type Shown = 'right' | 'of-a-stranger' | 'of-another-name' | 'of-yesterday';

/** The kit's own authority, made for one run, and what it shows. */
export interface Authority {
  /** Certificate (PEM) that the device is given to know the broker by. */
  ca: string;
  contexts: Readonly<Record<Shown, SecureContext>>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
cryptoProvider.set(webcrypto as Crypto);

const dayMs = 86_400_000;

interface Signer {
  certificate: X509Certificate;
  keys: CryptoKeyPair;
}

/** Makes an authority and certificates for a broker at `host`, a name or an address. */
export async function makeAuthority(host: string): Promise<Authority> {
  const [ours, strange] = await Promise.all([makeSigner('Hearth kit'), makeSigner('Somebody else')]);
  const [right, ofAStranger, ofAnotherName, ofYesterday] = await Promise.all([
    show(ours, host, dayMs),
    show(strange, host, dayMs),
    show(ours, 'another-broker.invalid', dayMs),
    show(ours, host, -dayMs / 2),
  ]);
  return {
    ca: pem(ours.certificate),
    contexts: {
      right,
      'of-a-stranger': ofAStranger,
      'of-another-name': ofAnotherName,
      'of-yesterday': ofYesterday,
    },
  };
}

const pem = (certificate: X509Certificate): string => `${certificate.toString('pem')}\n`;

/** From two days ago, for clocks that run slow, until `validForMs` from now. */
const facts = (validForMs: number) => ({
  serialNumber: `40${randomBytes(15).toString('hex')}`,
  notBefore: new Date(Date.now() - 2 * dayMs),
  notAfter: new Date(Date.now() + validForMs),
  signingAlgorithm: algorithm,
});

const makeKeys = () =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

async function makeSigner(name: string): Promise<Signer> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...facts(dayMs),
    name: `CN=${name}`,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate, keys };
}

async function show(signer: Signer, host: string, validForMs: number): Promise<SecureContext> {
  const keys = await makeKeys();
  const name = { type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host };
  const certificate = await X509CertificateGenerator.create({
    ...facts(validForMs),
    subject: 'CN=broker of the kit',
    issuer: signer.certificate.subject,
    signingKey: signer.keys.privateKey,
    publicKey: keys.publicKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([name]),
    ],
  });
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return createSecureContext({ cert: pem(certificate), key });
}
