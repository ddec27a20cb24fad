import { rightOf, scopeOf, type Alert, type RouteName } from '@hearth/contract';
import type { FastifyRequest } from 'fastify';
import type { SignedIn } from '../accounts/sessions.ts';
import { sees, type Whereabouts } from '../accounts/sight.ts';
import { RequestError } from './problems.ts';

/** Refuses what a person's role or rooms do not allow, by the table of rights, before a body is read. */
export type Permit = (person: SignedIn, name: RouteName | null, request: FastifyRequest) => void;

/** `alertOf` finds an alert by its id, open or over. */
export function createPermit(
  whereabouts: Whereabouts,
  alertOf: (id: number) => Pick<Alert, 'roomId' | 'deviceId'> | undefined,
): Permit {
  const roomOf = {
    device: (id: string) => whereabouts.ofDevice(id),
    alert(id: string) {
      const alert = alertOf(Number(id));
      return alert && whereabouts.ofAlert(alert);
    },
  };
  return (person, name, request) => {
    const right = name === null ? undefined : rightOf(name);
    if (!right?.roles.includes(person.role))
      throw new RequestError('not-allowed', 'Ask an owner of this home.');
    const scope = person.token && scopeOf(name!);
    if (person.token && (!scope || !person.token.scopes.includes(scope)))
      throw new RequestError(
        'not-allowed',
        scope ? `The token has no scope for it, which would be ${scope}.` : 'No token may do this: sign in.',
      );
    const kind = right.rooms;
    if (person.rooms === null || kind === undefined || kind === 'answer') return;
    const id = idIn(request, kind);
    const room = id === undefined ? undefined : roomOf[kind](id);
    // The same words as for what was never there: that it is in another room is not told.
    if (room === undefined || !sees(person, room))
      throw new RequestError('not-found', `There is no such ${kind}, or you do not see its room.`);
  };
}

/** The id of what a request is about, as it came: nothing is checked yet. */
function idIn({ params, query }: FastifyRequest, kind: 'device' | 'alert'): string | undefined {
  const { id = (query as Record<string, unknown>)[kind] } = params as Record<string, unknown>;
  return typeof id === 'string' ? id : undefined;
}
