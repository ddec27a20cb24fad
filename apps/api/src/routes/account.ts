import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** One's own account: where one is signed in, the password, and what a sign-in takes beside it. */
export function addAccountRoutes(addRoute: AddRoute, { accounts }: Pick<Parts, 'accounts'>): void {
  const { sessions, authenticators } = accounts;

  addRoute('sessions', ({ person }) => sessions.list(person.userId, person.id));

  addRoute('endSession', ({ params: { id }, person }) => {
    if (!sessions.idsOf(person.userId).includes(id))
      throw new RequestError('not-found', 'You are not signed in there, or not any more.');
    sessions.end(id);
    return null;
  });

  addRoute('endOtherSessions', ({ person }) => {
    sessions.endAllOf(person.userId, person.id);
    return null;
  });

  addRoute('changePassword', async ({ body, person }) => {
    await accounts.changePassword(person, body);
    return null;
  });

  addRoute('account', ({ person: { userId, name } }) => ({ name, authenticator: authenticators.of(userId) }));

  addRoute('offerAuthenticator', async ({ body, person }) => {
    await accounts.checkPassword(person, body.password);
    return authenticators.offer(person.userId, person.name);
  });

  addRoute('confirmAuthenticator', ({ body, person }) => ({
    codes: authenticators.confirm(person.userId, body.code),
  }));

  addRoute('removeAuthenticator', async ({ body, person }) => {
    await accounts.checkPassword(person, body.password);
    authenticators.remove(person.userId);
    return null;
  });

  addRoute('renewRecoveryCodes', async ({ body, person }) => {
    await accounts.checkPassword(person, body.password);
    return { codes: authenticators.renewCodes(person.userId) };
  });
}
