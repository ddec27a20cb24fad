import type { Aedes } from 'aedes';
import { checkWill } from '../access/access.ts';
import type { Credentials } from '../identity/credentials.ts';
import { identityOf, serviceName } from '../identity/identity.ts';
import type { Sessions } from '../sessions/sessions.ts';

/**
 * Publishes the wills of connections that a killed broker had: to everybody else they ended when it did. Whoever has
 * no credential any more has no will either, and what a will may say is asked anew.
 */
export function publishLeftWills(
  aedes: Aedes,
  credentials: Pick<Credentials, 'get'>,
  sessions: Pick<Sessions, 'leftWills' | 'endLeftWill'>,
): void {
  for (const { id, name, topic, qos, isRetained, payload } of sessions.leftWills) {
    const isService = name.startsWith(serviceName);
    // A gateway's sessions are named after it: `<id>/<client id>`.
    const credential = isService ? null : credentials.get(name.split('/', 1)[0] ?? '');
    const will = { topic, payload, qos, retain: isRetained === 1 };
    const isHeld = credential !== undefined && checkWill(identityOf(credential, name), will) === null;
    // In the commit that has what it leads to.
    sessions.endLeftWill(id);
    if (isHeld) aedes.publish({ cmd: 'publish', ...will, dup: false }, () => {});
  }
}
