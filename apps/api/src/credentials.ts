import { randomBytes } from 'node:crypto';
import {
  formerSecretMaxMs,
  type Credential,
  type DeviceCredential,
  type RotatedCredential,
} from '@hearth/contract';
import type { Bridge } from './bridge/bridge.ts';
import type { NewCredential } from './bridge/control.ts';
import { homeId } from './homes.ts';

/** Who is to connect; a gateway within `topics`. */
type Wanted = Pick<Credential, 'id' | 'role' | 'topics'>;

/** Makes and revokes the credentials of devices at the broker. */
export interface Credentials {
  /** New secrets, in force at the broker when this resolves; a former secret of the same id is void then. */
  issue(wanted: readonly Wanted[]): Promise<DeviceCredential[]>;
  /** The next secret of a device; at our broker the present one works until this is used, or a week has passed. */
  rotate(wanted: Wanted): Promise<RotatedCredential>;
  /** A certificate (PEM) for a new device, in place of a secret. @throws {ControlError} for a bad request. */
  certify(id: string, csr: string): Promise<string>;
  /** Resolves when the broker has removed them and cut their sessions. */
  revoke(ids: readonly string[]): Promise<void>;
  /** Runs changes of devices one after another, so that two askers cannot make the same id. */
  inTurn<T>(change: () => Promise<T>): Promise<T>;
}

/** `brokerUrl` is where devices find the broker; `now` is the wall clock, Unix ms. */
export function createCredentials(
  control: Bridge['control'],
  brokerUrl: string,
  now: () => number,
): Credentials {
  let last: Promise<unknown> = Promise.resolve();
  const shown = (credential: NewCredential): DeviceCredential => {
    const { id, secret } = credential;
    const brokerSetup = control.byHand(credential);
    return { id, home: homeId, secret, brokerUrl, ...(brokerSetup && { brokerSetup }) };
  };

  return {
    async issue(wanted) {
      const made = wanted.map(newCredential);
      await control.add(made);
      return made.map(shown);
    },
    async rotate(wanted) {
      const next = newCredential(wanted);
      // Counted from before the broker does, so that what is promised here holds there.
      const madeAt = now();
      const { isFormerKept } = await control.rotate(next);
      return { ...shown(next), formerUntil: isFormerKept ? madeAt + formerSecretMaxMs : madeAt };
    },
    certify: (id, csr) => control.addCertified({ id, role: 'device', home: homeId }, csr),
    revoke: (ids) => control.revoke(ids),
    inTurn(change) {
      const turn = last.then(change, change);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

function newCredential(wanted: Wanted): NewCredential {
  return { ...wanted, home: homeId, secret: randomBytes(32).toString('base64url') };
}
