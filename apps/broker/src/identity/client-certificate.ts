import { TLSSocket } from 'node:tls';

/** What the certificate of a connection says of it, after its chain to our authority was checked. */
export interface ClientCertificate {
  /** SHA-256 of the certificate, hex in lower case. */
  sha256: string;
  /** The device or gateway that its only URI names; null when it names none, or several. */
  id: string | null;
}

const uriPattern = /^urn:hearth:device:([a-z0-9-]{3,36})$/;

/**
 * The client certificate that a socket was opened with; null on listeners that ask for none.
 * @see RFC 5280 section 4.2.1.6, uniformResourceIdentifier
 */
export function clientCertificateOf(socket: object | undefined): ClientCertificate | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return null;
  return {
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    id: idOf(certificate.subjectAltName ?? ''),
  };
}

/** Node lists alternative names as `URI:…, DNS:…`, and quotes as JSON what could be taken for several. */
function idOf(names: string): string | null {
  const uris = names.split(', ').filter((name) => name.startsWith('URI:'));
  const [, id = null] = uriPattern.exec(uris[0]?.slice('URI:'.length) ?? '') ?? [];
  return uris.length === 1 ? id : null;
}
