import { Type, type Static } from 'typebox';
import { Instant, Name } from './ids.ts';
import { closed, nullable } from './shorthand.ts';

/** Typed again before an account is changed. */
export const PasswordAgain = Type.Object({ password: Type.String({ maxLength: 256 }) }, closed);

/** Six digits of an app, or a recovery code; spaces and hyphens do not matter. */
export const SecondCode = Type.String({ minLength: 1, maxLength: 40 });

/** What somebody has beside the password. */
export const Account = Type.Object({
  name: Name,
  authenticator: nullable(
    Type.Object({
      since: Instant,
      codesLeft: Type.Integer({ minimum: 0, description: 'Recovery codes that were not used.' }),
    }),
    { description: 'The app whose codes a sign-in takes; null: the password is enough.' },
  ),
});
export type Account = Static<typeof Account>;

/** What an authenticator app needs, told once; it counts when one of its codes was given. */
export const AuthenticatorOffer = Type.Object({
  secret: Type.String({ description: '160 bits, base32, for who cannot scan.' }),
  uri: Type.String({ description: 'otpauth:, for a QR code.' }),
});
export type AuthenticatorOffer = Static<typeof AuthenticatorOffer>;

export const RecoveryCodes = Type.Object({
  codes: Type.Array(Type.String(), { description: 'Each lets in once, in place of a code of the app.' }),
});
export type RecoveryCodes = Static<typeof RecoveryCodes>;
