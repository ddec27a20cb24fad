import { sessionCookie, type Access } from '@hearth/contract';
import type { FastifyRequest } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import type { SignedIn } from '../accounts/sessions.ts';
import { bearerToken } from './bearer-token.ts';
import { RequestError } from './problems.ts';
import type { Permit } from './permit.ts';
import type { Guard } from './route.ts';

/** Who calls: by the session cookie or the secret of the command line, or by a token for one thing. */
export interface AccessChecks {
  guard: Guard;
  /** By cookie or at the command line; not by a token. */
  personOf(request: FastifyRequest): SignedIn | null;
}

/** The comparisons take the same time for any token. */
export function createAccess(
  { sessions, tokens }: Pick<Accounts, 'sessions' | 'tokens'>,
  {
    isEnrolmentToken,
    isMetricsToken,
    isProbeToken,
    isReporterToken,
    ownerAtCommand,
    permit,
  }: Record<
    'isEnrolmentToken' | 'isMetricsToken' | 'isProbeToken' | 'isReporterToken',
    (token: string) => boolean
  > & {
    ownerAtCommand: (secret: string) => SignedIn | null;
    permit: Permit;
  },
): AccessChecks {
  const personOf = (request: FastifyRequest): SignedIn | null => {
    // Who shows a token is not looked at for a cookie: what another site could send is then none of theirs.
    const bearer = bearerToken(request);
    if (bearer !== '') return ownerAtCommand(bearer);
    const token = request.cookies[sessionCookie];
    return token === undefined ? null : sessions.find(token);
  };
  const checks: Record<Access, (request: FastifyRequest) => SignedIn | null> = {
    public: () => null,
    session(request) {
      const person = personOf(request) ?? tokens.find(bearerToken(request));
      if (!person)
        throw new RequestError('not-signed-in', 'There is no session or token, or it has run out.');
      return person;
    },
    enrolment(request) {
      if (!isEnrolmentToken(bearerToken(request)))
        throw new RequestError(
          'not-signed-in',
          'This takes the token in the file demo/token of the data folder.',
        );
      return null;
    },
    metrics(request) {
      if (personOf(request)?.role === 'owner' || isMetricsToken(bearerToken(request))) return null;
      throw new RequestError(
        'not-signed-in',
        'This takes the token in the file metrics-token of the data folder, or the session of an owner.',
      );
    },
    probe(request) {
      if (!isProbeToken(bearerToken(request)))
        throw new RequestError('not-signed-in', 'This is for the probe of this Hearth alone.');
      return null;
    },
    reporter(request) {
      if (!isReporterToken(bearerToken(request)))
        throw new RequestError(
          'not-signed-in',
          'This takes the token of a reporter, which the System page makes; perhaps it was removed there.',
        );
      return null;
    },
  };
  return {
    guard(request, access, name) {
      const person = checks[access](request);
      if (access === 'session') permit(person!, name, request);
      return person;
    },
    personOf,
  };
}
