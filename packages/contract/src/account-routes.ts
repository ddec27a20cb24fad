import { Type } from 'typebox';
import { Account, AuthenticatorOffer, PasswordAgain, RecoveryCodes, SecondCode } from './account.ts';
import { Session } from './http.ts';
import { BrowserCredential, NewPasskey, Passkey, RemovePasskey } from './passkeys.ts';
import { MadeToken, NewToken, Token } from './tokens.ts';
import type { Route } from './route.ts';
import { closed } from './shorthand.ts';

/** Routes of one's own account: what a sign-in takes beside the password. */
export const accountRoutes = {
  account: {
    method: 'GET',
    path: '/api/account',
    access: 'session',
    summary: 'What one’s sign-in takes beside the password',
    answer: [200, Account],
  },
  offerAuthenticator: {
    method: 'POST',
    path: '/api/account/authenticator',
    access: 'session',
    summary:
      'A secret for an authenticator app; it counts once one of its codes was given, within 10 minutes',
    body: PasswordAgain,
    answer: [201, AuthenticatorOffer],
    problems: ['wrong-credentials', 'too-many'],
  },
  confirmAuthenticator: {
    method: 'PUT',
    path: '/api/account/authenticator',
    access: 'session',
    summary: 'Have sign-ins take the app’s code from now on; its recovery codes are told once',
    body: Type.Object({ code: SecondCode }, closed),
    answer: [200, RecoveryCodes],
    problems: ['wrong-second-code', 'not-found'],
  },
  removeAuthenticator: {
    method: 'POST',
    path: '/api/account/authenticator/remove',
    access: 'session',
    summary: 'Have the password be enough again; the recovery codes go too',
    body: PasswordAgain,
    answer: [204, null],
    problems: ['wrong-credentials', 'too-many'],
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/api/account/recovery-codes',
    access: 'session',
    summary: 'Ten recovery codes in place of those of before',
    body: PasswordAgain,
    answer: [201, RecoveryCodes],
    problems: ['wrong-credentials', 'too-many', 'not-found'],
  },
  passkeys: {
    method: 'GET',
    path: '/api/account/passkeys',
    access: 'session',
    summary: 'One’s passkeys',
    answer: [200, Type.Array(Passkey)],
  },
  offerPasskey: {
    method: 'POST',
    path: '/api/account/passkeys/offer',
    access: 'session',
    summary: 'What the browser makes a passkey of',
    body: PasswordAgain,
    answer: [200, BrowserCredential],
    problems: ['wrong-credentials', 'no-passkeys-here', 'too-many'],
  },
  addPasskey: {
    method: 'POST',
    path: '/api/account/passkeys',
    access: 'session',
    summary: 'Have a passkey sign one in, in place of password and code; within 5 minutes of the offer',
    body: NewPasskey,
    answer: [201, Passkey],
    problems: ['wrong-passkey', 'no-passkeys-here'],
  },
  removePasskey: {
    method: 'POST',
    path: '/api/account/passkeys/remove',
    access: 'session',
    summary: 'Have a passkey let nobody in any more',
    body: RemovePasskey,
    answer: [204, null],
    problems: ['wrong-credentials', 'too-many', 'not-found'],
  },
  askForPasskey: {
    method: 'POST',
    path: '/api/session/passkey/challenge',
    access: 'public',
    summary: 'What the browser has a passkey sign',
    answer: [200, BrowserCredential],
    problems: ['no-passkeys-here'],
  },
  signInByPasskey: {
    method: 'POST',
    path: '/api/session/passkey',
    access: 'public',
    summary: 'Sign in by a passkey',
    body: NewPasskey,
    answer: [201, Session],
    problems: ['wrong-passkey', 'no-passkeys-here', 'too-many'],
  },
  tokens: {
    method: 'GET',
    path: '/api/account/tokens',
    access: 'session',
    summary: 'The tokens of one’s programs, the newest first',
    answer: [200, Type.Array(Token)],
  },
  makeToken: {
    method: 'POST',
    path: '/api/account/tokens',
    access: 'session',
    summary: 'A token for a program, a year at most; it is told once',
    body: NewToken,
    answer: [201, MadeToken],
    problems: ['wrong-credentials', 'too-many'],
  },
  removeToken: {
    method: 'DELETE',
    path: '/api/account/tokens/:id',
    access: 'session',
    summary: 'Revoke a token; what it has open ends',
    params: Type.Object({ id: Type.String({ pattern: '^\\d{1,15}$' }) }, closed),
    answer: [204, null],
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
