import { sessionCookie, type Access } from '@hearth/contract';
import type { FastifyRequest } from 'fastify';
import type { Sessions, SignedIn } from '../accounts/sessions.ts';
import { RequestError } from './problems.ts';
import type { Guard } from './route.ts';

/** Who calls: by the session cookie, or by the demo home's token. */
export interface AccessChecks {
  guard: Guard;
  personOf(request: FastifyRequest): SignedIn | null;
}

/** `isEnrolmentToken` compares in constant time. */
export function createAccess(sessions: Sessions, isEnrolmentToken: (token: string) => boolean): AccessChecks {
  const personOf = (request: FastifyRequest): SignedIn | null => {
    const token = request.cookies[sessionCookie];
    return token === undefined ? null : sessions.find(token);
  };
  const checks: Record<Access, (request: FastifyRequest) => SignedIn | null> = {
    public: () => null,
    session(request) {
      const person = personOf(request);
      if (!person) throw new RequestError('not-signed-in', 'There is no session, or it has run out.');
      return person;
    },
    enrolment(request) {
      const [, token = ''] = /^Bearer ([\w-]+)$/.exec(request.headers.authorization ?? '') ?? [];
      if (!isEnrolmentToken(token))
        throw new RequestError(
          'not-signed-in',
          'This takes the token in the file demo/token of the data folder.',
        );
      return null;
    },
  };
  return { guard: (request, access) => checks[access](request), personOf };
}
