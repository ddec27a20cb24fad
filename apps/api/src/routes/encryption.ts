import type { PayloadKey } from '@hearth/contract';
import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import { findDevice } from './devices.ts';
import type { Parts } from './parts.ts';

/** Encryption of a device's payloads: on with a secret that is shown once, and off. */
export function addEncryptionRoutes(
  addRoute: AddRoute,
  { bridge, devices }: Pick<Parts, 'bridge' | 'devices'>,
): void {
  addRoute('encrypt', ({ params }): PayloadKey => {
    const { id, source } = findDevice(devices, params.id);
    if (source !== 'contract' || devices.gatewayIds().includes(id))
      throw new RequestError(
        'cannot-encrypt',
        `"${id}" does not speak Hearth's own contract: only such devices know its envelope.`,
      );
    return bridge.encryption.switchOn(id);
  });

  addRoute('stopEncrypting', ({ params }) => {
    bridge.encryption.switchOff(findDevice(devices, params.id).id);
    return null;
  });
}
