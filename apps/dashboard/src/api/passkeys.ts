import type { Passkey, Session } from '@hearth/contract';
import { insist } from '../insist.ts';
import { call } from './client.ts';

// Only who uses a passkey fetches what speaks with it.
const webauthn = () => insist(() => import('@simplewebauthn/browser'));

/** Why no passkey works on this page, as a sentence; null where they do. */
export function passkeyObstacle(): string | null {
  if (!window.isSecureContext)
    return 'Passkeys need an encrypted connection: open Hearth over https, or on its own machine as localhost.';
  if (/^[\d.]+$|^\[/u.test(location.hostname))
    return 'Passkeys belong to a name: open Hearth by its host name, or on its own machine as localhost, instead of by numbers.';
  if (!('PublicKeyCredential' in window)) return 'This browser has no passkeys.';
  return null;
}

/** Has the browser make a passkey, and the server know it. */
export async function makePasskey(password: string): Promise<Passkey> {
  const { startRegistration } = await webauthn();
  const optionsJSON = (await call('offerPasskey', { body: { password } })) as unknown as Parameters<
    typeof startRegistration
  >[0]['optionsJSON'];
  const credential = await startRegistration({ optionsJSON });
  return call('addPasskey', { body: { credential: { ...credential } } });
}

/** Signs in by whichever passkey the person chooses. */
export async function signInByPasskey(): Promise<Session> {
  const { startAuthentication } = await webauthn();
  const optionsJSON = (await call('askForPasskey', {})) as unknown as Parameters<
    typeof startAuthentication
  >[0]['optionsJSON'];
  const credential = await startAuthentication({ optionsJSON });
  return call('signInByPasskey', { body: { credential: { ...credential } } });
}
