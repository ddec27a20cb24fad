// The library's container of parts wants this before it is loaded itself.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
  type JsonGeneralNames,
  type PublicKeyType,
} from '@peculiar/x509';
import { randomBytes, webcrypto } from 'node:crypto';
import { CertificateRequestError } from './request-error.ts';

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** From and until when a certificate holds. */
export interface Validity {
  notBefore: Date;
  notAfter: Date;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
cryptoProvider.set(webcrypto as Crypto);

type Keys = { publicKey: CryptoKey; privateKey: CryptoKey };
const makeKeys = (): Promise<Keys> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<Keys>;

async function keyPem(key: CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

/** 127 random bits, positive. @see RFC 5280 section 4.1.2.2 */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** A new authority: it signs servers and devices of this home, and no further authorities. */
export async function makeAuthority(name: string, validity: Validity): Promise<KeyPair> {
  const keys = await makeKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await keyPem(keys.privateKey) };
}

/** A certificate for a server of these names, with a fresh key. */
export async function signServer(
  authority: KeyPair,
  names: { dns: readonly string[]; ip: readonly string[] },
  validity: Validity,
): Promise<KeyPair> {
  const keys = await makeKeys();
  const alternatives: JsonGeneralNames = [
    ...names.dns.map((value) => ({ type: 'dns' as const, value })),
    ...names.ip.map((value) => ({ type: 'ip' as const, value })),
  ];
  const certificate = await signLeaf(authority, {
    commonName: names.dns[0] ?? 'hearth',
    publicKey: keys.publicKey,
    usage: ExtendedKeyUsage.serverAuth,
    alternatives,
    validity,
  });
  return { certificate, key: await keyPem(keys.privateKey) };
}

/**
 * A client certificate (PEM) for the key in a device's request (PKCS #10, PEM). Nothing else of the request is taken
 * over: the device is named by us.
 * @throws {CertificateRequestError} when it is no request, or not signed by its own key.
 */
export async function signRequest(
  authority: KeyPair,
  id: string,
  csr: string,
  validity: Validity,
): Promise<string> {
  let request: Pkcs10CertificateRequest;
  try {
    request = new Pkcs10CertificateRequest(csr);
    if (!(await request.verify())) throw new Error('its signature is not of its key');
  } catch (error) {
    throw new CertificateRequestError(
      `The certificate request cannot be used (${(error as Error).message}): send a PKCS #10 request in PEM, P-256 or RSA.`,
      { cause: error },
    );
  }
  return signDevice(authority, id, request.publicKey, validity);
}

/** A client certificate with a fresh key, for a device that cannot make one. */
export async function signFreshKey(authority: KeyPair, id: string, validity: Validity): Promise<KeyPair> {
  const keys = await makeKeys();
  return {
    certificate: await signDevice(authority, id, keys.publicKey, validity),
    key: await keyPem(keys.privateKey),
  };
}

function signDevice(
  authority: KeyPair,
  id: string,
  publicKey: PublicKeyType,
  validity: Validity,
): Promise<string> {
  return signLeaf(authority, {
    commonName: id,
    publicKey,
    usage: ExtendedKeyUsage.clientAuth,
    alternatives: [{ type: 'url', value: `urn:hearth:device:${id}` }],
    validity,
  });
}

interface Leaf {
  commonName: string;
  publicKey: PublicKeyType;
  usage: ExtendedKeyUsage;
  alternatives: JsonGeneralNames;
  validity: Validity;
}

async function signLeaf(authority: KeyPair, leaf: Leaf): Promise<string> {
  const issuer = new X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    PemConverter.decode(authority.key)[0]!,
    algorithm,
    false,
    ['sign'],
  );
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([leaf.usage]),
    new SubjectAlternativeNameExtension(leaf.alternatives),
    await SubjectKeyIdentifierExtension.create(leaf.publicKey),
    await AuthorityKeyIdentifierExtension.create(issuer),
  ];
  const certificate = await X509CertificateGenerator.create({
    ...leaf.validity,
    serialNumber: serialNumber(),
    subject: `CN=${leaf.commonName}`,
    issuer: issuer.subject,
    signingAlgorithm: algorithm,
    signingKey: signingKey as CryptoKey,
    publicKey: leaf.publicKey,
    extensions,
  });
  return `${certificate.toString('pem')}\n`;
}
