import type { Consequence } from '@hearth/contract';
import type { Breach, Identity } from '../access/access.ts';
import { addressOf } from '../listeners/peers.ts';
import type { Journal } from '../sessions/journal.ts';
import type { Refusals } from '../telling/refusals.ts';

/** Notes for its owner what a connection was refused, and gives the breach back. */
export type Refuse = (identity: Identity | null, breach: Breach, consequence: Consequence) => Breach;

/** For a connection whose credential is not there any more. */
export const gone: Breach = { rule: 'gone', detail: 'This connection has no credential any more.' };

export function createRefuse(refusals: Refusals): Refuse {
  return (identity, breach, consequence) => {
    const address = identity ? addressOf(identity) : undefined;
    refusals.note(identity && credentialOf(identity), breach, consequence, address);
    return breach;
  };
}

/** In the words for people, which say what to do. */
export function notKept({ state: { detail } }: Pick<Journal, 'state'>): Breach {
  return { rule: 'storage', detail: detail || 'The broker could not keep this: try again.' };
}

/** Who hears of a refusal: the credential, whichever of a gateway's sessions it was. */
function credentialOf(identity: Identity): string | null {
  return identity.role === 'service' ? null : identity.id;
}
