/** What to look at, by the code of the system or of OpenSSL. */
const remedies: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there: is the broker running, and the port right?',
  ENOTFOUND: 'there is no such host: look at HEARTH_BROKER_URL',
  EAI_AGAIN: 'the name cannot be looked up at the moment',
  EHOSTUNREACH: 'there is no way to this host',
  ETIMEDOUT: 'the host does not answer',
  EPROTO: 'the port does not speak TLS: write mqtt:// for it, or take the TLS port (mostly 8883)',
  ERR_SSL_WRONG_VERSION_NUMBER:
    'the port does not speak TLS: write mqtt:// for it, or take the TLS port (mostly 8883)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known: name its certificate in HEARTH_BROKER_CA_FILE',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it signed its certificate itself: name that in HEARTH_BROKER_CA_FILE',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not the one in HEARTH_BROKER_CA_FILE',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not the one in HEARTH_BROKER_CA_FILE',
  CERT_SIGNATURE_FAILURE: 'its authority is not the one in HEARTH_BROKER_CA_FILE',
  CERT_HAS_EXPIRED: 'its certificate has run out',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: use that in HEARTH_BROKER_URL',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'it asks for a client certificate: set HEARTH_BROKER_CERT_FILE and HEARTH_BROKER_KEY_FILE',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'TLS could not be agreed on: does it ask for a client certificate?',
};

/** One line for a connection that failed: what, where, and what to do about it. */
export function explainFailure(
  error: NodeJS.ErrnoException,
  { host, port, isTls }: { host: string; port: number; isTls: boolean },
): string {
  const { code = error.name } = error;
  const place = `${isTls ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const remedy = Object.hasOwn(remedies, code) ? remedies[code] : error.message.split('\n', 1)[0];
  return `${place} (${code}): ${remedy}`;
}
