import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import { cameFrom, signedIn } from './session.ts';
import type { Parts } from './parts.ts';

/** People and invitations. */
export function addPeopleRoutes(
  addRoute: AddRoute,
  { accounts, home }: Pick<Parts, 'accounts' | 'home'>,
): void {
  const { people, invitations, audit } = accounts;
  const nameOf = (id: number): string | null => people.list().find((one) => one.id === id)?.name ?? null;

  addRoute('people', () => ({ people: people.list(), invitations: invitations.list() }));

  addRoute('changePerson', ({ params: { id }, body, request }) => {
    request.about = nameOf(Number(id));
    return people.change(Number(id), body) ?? nobody();
  });

  addRoute('removePerson', ({ params: { id }, request }) => {
    request.about = nameOf(Number(id));
    return people.remove(Number(id)) ? null : nobody();
  });

  addRoute('audit', ({ query: { before } }) => audit.page(before === undefined ? null : Number(before)));

  addRoute('invite', ({ body, person }) => {
    people.checkRooms(body.rooms);
    return invitations.make(body, person.name);
  });

  addRoute('withdrawInvitation', ({ params }) => {
    if (!invitations.withdraw(Number(params.id)))
      throw new RequestError('not-found', 'There is no such invitation.');
    return null;
  });

  addRoute('readInvitation', ({ body, request }) => {
    const { madeBy, role } = accounts.readInvitation(body.token, request.ip);
    return { home: home.facts().name, madeBy, role };
  });

  addRoute('acceptInvitation', async ({ body, request, reply }) =>
    signedIn(await accounts.accept(body, cameFrom(request)), request, reply),
  );
}

function nobody(): never {
  throw new RequestError('not-found', 'There is no such person.');
}
