import { Type } from 'typebox';
import { Account, AuthenticatorOffer, PasswordAgain, RecoveryCodes, SecondCode } from './account.ts';
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
} as const satisfies Record<string, Route>;
