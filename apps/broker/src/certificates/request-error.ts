/** The request is none that can be signed. */
export class CertificateRequestError extends Error {
  override readonly name = 'CertificateRequestError';
  readonly code = 'certificate-request';
}
