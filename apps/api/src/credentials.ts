import { createHash, randomBytes } from 'node:crypto';
import { adapters } from '@hearth/adapters';
import type { Credential, DeviceCredential } from '@hearth/contract';
import type { Bridge } from './bridge/bridge.ts';
import { homeId } from './homes.ts';

/** Makes and revokes the credentials of devices at the broker. */
export interface Credentials {
  /** New secrets, in force at the broker when this resolves; a former secret of the same id is void then. */
  issue(wanted: readonly { id: string; role: Credential['role'] }[]): Promise<DeviceCredential[]>;
  /** Resolves when the broker has removed them and cut their sessions. */
  revoke(ids: readonly string[]): Promise<void>;
  /** Runs changes of devices one after another, so that two askers cannot make the same id. */
  inTurn<T>(change: () => Promise<T>): Promise<T>;
}

/** `brokerUrl` is where devices find the broker. */
export function createCredentials(control: Bridge['control'], brokerUrl: string): Credentials {
  let last: Promise<unknown> = Promise.resolve();

  return {
    async issue(wanted) {
      const made = wanted.map(({ id, role }) => ({
        id,
        role,
        secret: randomBytes(32).toString('base64url'),
      }));
      await control.add(made.map(({ id, role, secret }) => toCredential(id, role, secret)));
      return made.map(({ id, secret }) => ({ id, home: homeId, secret, brokerUrl }));
    },
    revoke: (ids) => control.revoke(ids),
    inTurn(change) {
      const turn = last.then(change, change);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** A gateway speaks for devices of other makes, and which make is not known beforehand. */
const gatewayTopics = adapters.flatMap(({ filters }) => filters);

function toCredential(id: string, role: Credential['role'], secret: string): Credential {
  const secretSha256 = createHash('sha256').update(secret).digest('hex');
  const credential: Credential = { id, role, home: homeId, secretSha256 };
  return role === 'gateway' ? { ...credential, topics: gatewayTopics } : credential;
}
