import type { Passkey } from '@hearth/contract';
import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
  WebAuthnCredential,
} from '@simplewebauthn/server';
import type { Database } from 'better-sqlite3';
import { createChallenges } from './challenges.ts';

/** It is no passkey that this Hearth knows, or was not made for what was asked. */
class WrongPasskeyError extends Error {
  override readonly name = 'WrongPasskeyError';
  readonly code = 'wrong-passkey';
}

/** A page from which no passkey works. */
class NoPasskeysHereError extends Error {
  override readonly name = 'NoPasskeysHereError';
  readonly code = 'no-passkeys-here';
}

/** Passkeys of people: public keys only, each bound to the host name that it was made under. */
export interface Passkeys {
  list(userId: number): Passkey[];
  /** What `navigator.credentials.create` takes. `origin` is the page's. @throws {NoPasskeysHereError} */
  offer(user: { userId: number; name: string }, origin: string | undefined): Promise<object>;
  /** @throws {WrongPasskeyError | NoPasskeysHereError} */
  add(userId: number, given: object, origin: string | undefined, name: string): Promise<Passkey>;
  /** Whether there was one. */
  remove(userId: number, id: string): boolean;
  /** What `navigator.credentials.get` takes; it names nobody. @throws {NoPasskeysHereError} */
  ask(origin: string | undefined): Promise<object>;
  /** Whose passkey signed what was asked. @throws {WrongPasskeyError | NoPasskeysHereError} */
  check(given: object, origin: string | undefined): Promise<number>;
}

/** EdDSA, ES256 and RS256, by COSE's numbers: what phones, laptops and keys make. */
const algorithms = [-8, -7, -257];
const signIn = 'sign-in';
/** Not loaded by homes without passkeys: it takes half a second of a small machine's start. */
const webauthn = () => import('@simplewebauthn/server');

interface Row {
  user: number;
  publicKey: Buffer;
  counter: number;
  site: string;
}

/** `now` is the wall clock (Unix ms), `monotonicMs` one that never jumps. */
export function openPasskeys(db: Database, now: () => number, monotonicMs: () => number): Passkeys {
  const challenges = createChallenges(monotonicMs);
  const columns = 'id, name, site, added_at AS addedAt, used_at AS usedAt';
  const selectOf = db.prepare<[number], Passkey>(
    `SELECT ${columns} FROM passkey WHERE user = ? ORDER BY added_at`,
  );
  const select = db.prepare<[string], Row>(
    'SELECT user, public_key AS publicKey, counter, site FROM passkey WHERE id = ?',
  );
  const insert = db.prepare('INSERT INTO passkey VALUES (?, ?, ?, ?, ?, ?, ?, NULL)');
  const use = db.prepare('UPDATE passkey SET counter = ?, used_at = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM passkey WHERE user = ? AND id = ?');

  return {
    list: (userId) => selectOf.all(userId),
    async offer({ userId, name }, origin) {
      const site = siteOf(origin);
      const { generateRegistrationOptions } = await webauthn();
      return generateRegistrationOptions({
        rpName: 'Hearth',
        rpID: site,
        userName: name,
        userID: new TextEncoder().encode(`hearth ${userId}`),
        challenge: new Uint8Array(challenges.make(`add ${userId}`)),
        attestationType: 'none',
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        excludeCredentials: selectOf.all(userId).map(({ id }) => ({ id })),
        supportedAlgorithmIDs: algorithms,
      });
    },
    async add(userId, given, origin, name) {
      const site = siteOf(origin);
      const { verifyRegistrationResponse } = await webauthn();
      let challenge = '';
      const { registrationInfo } = await verifyRegistrationResponse({
        response: given as RegistrationResponseJSON,
        expectedChallenge: (said) => challenges.holds((challenge = said), `add ${userId}`),
        expectedOrigin: origin!,
        expectedRPID: site,
        requireUserVerification: true,
        supportedAlgorithmIDs: algorithms,
      }).catch(refuse);
      if (!registrationInfo || !challenges.use(challenge, `add ${userId}`)) return refuse();
      const { id, publicKey, counter } = registrationInfo.credential;
      if (select.get(id)) return refuse();
      insert.run(id, userId, Buffer.from(publicKey), counter, site, name, now());
      return selectOf.all(userId).find((one) => one.id === id)!;
    },
    remove: (userId, id) => remove.run(userId, id).changes > 0,
    async ask(origin) {
      const rpID = siteOf(origin);
      const { generateAuthenticationOptions } = await webauthn();
      const challenge = new Uint8Array(challenges.make(signIn));
      return generateAuthenticationOptions({ rpID, challenge, userVerification: 'required' });
    },
    async check(given, origin) {
      const { id } = given as { id?: unknown };
      const known = typeof id === 'string' ? select.get(id) : undefined;
      if (!known || known.site !== siteOf(origin)) return refuse();
      const { verifyAuthenticationResponse } = await webauthn();
      const { user, publicKey, counter, site } = known;
      const credential: WebAuthnCredential = {
        id: id as string,
        publicKey: new Uint8Array(publicKey),
        counter,
      };
      let challenge = '';
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: given as AuthenticationResponseJSON,
        expectedChallenge: (said) => challenges.holds((challenge = said), signIn),
        expectedOrigin: origin!,
        expectedRPID: site,
        credential,
        requireUserVerification: true,
      }).catch(refuse);
      if (!verified || !challenges.use(challenge, signIn)) return refuse();
      use.run(authenticationInfo.newCounter, now(), credential.id);
      return user;
    },
  };
}

/** The library throws what is wrong in its own words, which say more to a guesser than to a person. */
function refuse(): never {
  throw new WrongPasskeyError('Use one that was made on the page “Your account” under this address.');
}

/** The host name of a page; that it is this server's was looked at before. */
function siteOf(origin: string | undefined): string {
  const url = origin !== undefined && URL.canParse(origin) ? new URL(origin) : null;
  const isSafe = url?.protocol === 'https:' || url?.hostname === 'localhost';
  const isNumber = url !== null && (/^[\d.]+$/.test(url.hostname) || url.hostname.startsWith('['));
  if (url && isSafe && !isNumber) return url.hostname;
  throw new NoPasskeysHereError('Open Hearth by a host name over https, or as localhost on its own machine.');
}
