import type { Certificates } from './certificates.ts';
import type { KeyPair } from './sign.ts';

/** Addresses of a laptop change often; looking takes well under a millisecond. */
const periodMs = 60_000;

/** Looks now and then whether the server certificate has to be renewed, until it is disposed. */
export function startRenewal(
  certificates: Pick<Certificates, 'check'>,
  changed: (server: KeyPair) => void,
): Disposable {
  const timer = setInterval(() => void certificates.check(changed), periodMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
