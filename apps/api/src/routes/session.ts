import { allowed, sessionCookie, type Session } from '@hearth/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { From, NewSession } from '../accounts/accounts.ts';
import type { SignedIn } from '../accounts/sessions.ts';
import type { AddRoute } from '../http/route.ts';
import { cookieOptions } from '../http/security.ts';
import { createFailedSignIns } from './failed-sign-ins.ts';
import type { Parts } from './parts.ts';

/** Signing in and out. */
export function addSessionRoutes(
  addRoute: AddRoute,
  { accounts, access, monotonicMs }: Pick<Parts, 'accounts' | 'access' | 'monotonicMs'>,
): void {
  const logFailed = createFailedSignIns(monotonicMs);

  addRoute('session', ({ person }) => toSession(person));

  addRoute('signIn', async ({ body, request, reply }) => {
    const former = access.personOf(request);
    const made = await accounts.signIn(body, cameFrom(request)).catch((error: unknown) => {
      logFailed(request, body.name, error);
      throw error;
    });
    if (former) accounts.sessions.end(former.id);
    return signedIn(made, request, reply);
  });

  addRoute('askForPasskey', async ({ request }) => ({
    ...(await accounts.passkeys.ask(request.headers.origin)),
  }));

  addRoute('signInByPasskey', async ({ body, request, reply }) => {
    const former = access.personOf(request);
    const { origin } = request.headers;
    const made = await accounts
      .signInByPasskey(body.credential, origin, cameFrom(request))
      .catch((error: unknown) => {
        logFailed(request, 'a passkey', error);
        throw error;
      });
    if (former) accounts.sessions.end(former.id);
    return signedIn(made, request, reply);
  });

  addRoute('signOut', ({ person, request, reply }) => {
    accounts.sessions.end(person.id);
    const { maxAge: _, ...options } = cookieOptions(request);
    reply.clearCookie(sessionCookie, options);
    return null;
  });
}

/** By which the browser is known that somebody signed in by before; it lets nobody in. */
const browserCookie = 'hearth_browser';
const browserMaxAgeS = 400 * 86_400;

/** Where a request comes from, as sessions are told apart by. */
export function cameFrom(request: FastifyRequest): From {
  return {
    agent: request.headers['user-agent'] ?? '',
    address: request.ip,
    browser: request.cookies[browserCookie],
  };
}

/** Hands the session's token to the browser, and the session to the page. */
export function signedIn(made: NewSession, request: FastifyRequest, reply: FastifyReply): Session {
  const options = cookieOptions(request);
  reply.setCookie(sessionCookie, made.token, options);
  reply.setCookie(browserCookie, made.browser, { ...options, maxAge: browserMaxAgeS });
  return toSession(made.session);
}

function toSession({ name, role, rooms, expiresAt }: SignedIn): Session {
  return { user: { name, role, rooms: rooms && [...rooms] }, may: allowed(role), expiresAt };
}
