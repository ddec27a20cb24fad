import { sessionCookie, type Session } from '@hearth/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NewSession } from '../accounts/accounts.ts';
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
    const made = await accounts.signIn(body, request.ip).catch((error: unknown) => {
      logFailed(request, body.name, error);
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

/** Hands the session's token to the browser, and the session to the page. */
export function signedIn(made: NewSession, request: FastifyRequest, reply: FastifyReply): Session {
  reply.setCookie(sessionCookie, made.token, cookieOptions(request));
  return toSession(made.session);
}

function toSession({ name, role, expiresAt }: SignedIn): Session {
  return { user: { name, role }, expiresAt };
}
