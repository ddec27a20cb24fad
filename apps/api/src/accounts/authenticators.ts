import { createHash, randomBytes } from 'node:crypto';
import type { Account, AuthenticatorOffer } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { openPayloadSecrets } from '../bridge/payload-secrets.ts';
import { hyphenated, newCode, normalise } from './crockford.ts';
import { base32, stepOf } from './totp.ts';

/** Neither the app's code of now nor a recovery code that is left; or the code was used already. */
export class WrongSecondCodeError extends Error {
  override readonly name = 'WrongSecondCodeError';
  readonly code = 'wrong-second-code';
}

/** Nothing was offered, or it is too long ago; or the account has no authenticator. */
class NoAuthenticatorError extends Error {
  override readonly name = 'NoAuthenticatorError';
  readonly code = 'not-found';
}

/** Authenticator apps (TOTP) of people, and their recovery codes. */
export interface Authenticators {
  of(userId: number): Account['authenticator'];
  /** A new secret; until it is confirmed, what was there before counts. */
  offer(userId: number, name: string): AuthenticatorOffer;
  /** The code shows that the app has the secret; returns recovery codes. @throws {WrongSecondCodeError | NoAuthenticatorError} */
  confirm(userId: number, code: string): string[];
  remove(userId: number): void;
  /** @throws {NoAuthenticatorError} */
  renewCodes(userId: number): string[];
  /** Whether this is a code of the app or a recovery code; it is used up by that. */
  use(userId: number, typed: string): boolean;
}

/** 160 bits, as RFC 4226 recommends. */
const secretBytes = 20;
const offerMs = 600_000;
const codesMax = 10;
/** 16 characters of 5 bits: 80 bits, beyond guessing even by who has the hashes. */
const codeLength = 16;
/** What the secrets are bound to when they are wrapped: none of them passes for a device's. */
const boundTo = (userId: number): string => `authenticator ${userId}`;

/** Secrets are wrapped with the key in `keyFile`; `now` is the wall clock, Unix ms. */
export function openAuthenticators(db: Database, keyFile: string, now: () => number): Authenticators {
  const secrets = openPayloadSecrets(keyFile);
  const select = db.prepare<[number], { since: number; codesLeft: number }>(
    `SELECT since, (SELECT count(*) FROM recovery_code WHERE user = authenticator.user) AS codesLeft
     FROM authenticator WHERE user = ?`,
  );
  const secretOf = db.prepare<[number], Buffer>('SELECT secret FROM authenticator WHERE user = ?').pluck();
  const insert = db.prepare('INSERT OR REPLACE INTO authenticator VALUES (?, ?, ?, ?)');
  const useStep = db.prepare('UPDATE authenticator SET last_step = ? WHERE user = ? AND last_step < ?');
  const remove = db.prepare('DELETE FROM authenticator WHERE user = ?');
  const addCode = db.prepare('INSERT INTO recovery_code VALUES (?, ?)');
  const useCode = db.prepare('DELETE FROM recovery_code WHERE user = ? AND code_sha256 = ?');
  const removeCodes = db.prepare('DELETE FROM recovery_code WHERE user = ?');
  const offered = new Map<number, { secret: Buffer; until: number }>();

  function makeCodes(userId: number): string[] {
    removeCodes.run(userId);
    const codes = Array.from({ length: codesMax }, () => newCode(codeLength));
    for (const code of codes) addCode.run(userId, sha256(code));
    return codes.map((code) => hyphenated(code, 4));
  }

  return {
    of: (userId) => select.get(userId) ?? null,
    offer(userId, name) {
      const secret = randomBytes(secretBytes);
      offered.set(userId, { secret, until: now() + offerMs });
      const coded = base32(secret);
      const label = encodeURIComponent(`Hearth:${name}`);
      return { secret: coded, uri: `otpauth://totp/${label}?secret=${coded}&issuer=Hearth` };
    },
    confirm(userId, typed) {
      const offer = offered.get(userId);
      if (!offer || offer.until <= now()) throw new NoAuthenticatorError('Begin again: this took too long.');
      const step = stepOf(offer.secret, normalise(typed), now());
      if (step === null)
        throw new WrongSecondCodeError(
          'Type the six digits that the app shows now. Is the phone’s time right?',
        );
      offered.delete(userId);
      return db.transaction(() => {
        insert.run(userId, secrets.wrap(boundTo(userId), offer.secret), step, now());
        return makeCodes(userId);
      })();
    },
    remove: db.transaction((userId: number): void => {
      remove.run(userId);
      removeCodes.run(userId);
    }),
    renewCodes: db.transaction((userId: number): string[] => {
      if (!select.get(userId)) throw new NoAuthenticatorError('There is no authenticator.');
      return makeCodes(userId);
    }),
    use(userId, typed) {
      const code = normalise(typed);
      if (code.length === codeLength) return useCode.run(userId, sha256(code)).changes > 0;
      const wrapped = secretOf.get(userId);
      const step = wrapped ? stepOf(secrets.unwrap(boundTo(userId), wrapped), code, now()) : null;
      return step !== null && useStep.run(step, userId, step).changes > 0;
    },
  };
}

function sha256(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
