import { deviceWords } from '../accounts/device-words.ts';
import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** One's own account: where one is signed in, the password, and what a sign-in takes beside it. */
export function addAccountRoutes(addRoute: AddRoute, { accounts }: Pick<Parts, 'accounts'>): void {
  const { sessions, authenticators, passkeys, tokens } = accounts;

  addRoute('sessions', ({ person }) => sessions.list(person.userId, person.id));

  addRoute('endSession', ({ params: { id }, person, request }) => {
    const session = sessions.list(person.userId, person.id).find((one) => one.id === id);
    if (!session) throw new RequestError('not-found', 'You are not signed in there, or not any more.');
    request.about = session.device;
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

  addRoute('passkeys', ({ person }) => passkeys.list(person.userId));

  addRoute('offerPasskey', async ({ body, person, request }) => {
    await accounts.checkPassword(person, body.password);
    return { ...(await passkeys.offer(person, request.headers.origin)) };
  });

  addRoute('addPasskey', ({ body, person, request: { headers } }) =>
    passkeys.add(person.userId, body.credential, headers.origin, deviceWords(headers['user-agent'] ?? '')),
  );

  addRoute('removePasskey', async ({ body, person }) => {
    await accounts.checkPassword(person, body.password);
    if (!passkeys.remove(person.userId, body.id))
      throw new RequestError('not-found', 'There is no such passkey any more.');
    return null;
  });

  addRoute('tokens', ({ person }) => tokens.list(person.userId));

  addRoute('makeToken', async ({ body: { password, ...wish }, person }) => {
    await accounts.checkPassword(person, password);
    return tokens.make(person.userId, wish);
  });

  addRoute('removeToken', ({ params, person, request }) => {
    request.about = tokens.remove(person.userId, Number(params.id)) ?? null;
    if (request.about === null) throw new RequestError('not-found', 'There is no such token any more.');
    return null;
  });
}
