import type { Device } from '@hearth/contract';
import type { Devices } from '../devices/devices.ts';
import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Devices: seen, added with a credential, renamed, moved and removed. */
export function addDeviceRoutes(
  addRoute: AddRoute,
  { devices, credentials, store }: Pick<Parts, 'devices' | 'credentials' | 'store'>,
): void {
  addRoute('devices', () => devices.list());

  addRoute('device', ({ params }) => devices.detail(params.id) ?? noSuchDevice(params.id));

  addRoute('addDevice', ({ body: { id, name = id, roomId, role = 'device' } }) =>
    credentials.inTurn(async () => {
      if (devices.get(id))
        throw new RequestError('already-there', `There is a device "${id}": choose another id.`);
      if (roomId !== undefined && !devices.rooms().some((room) => room.id === roomId))
        throw new RequestError('not-found', `There is no room "${roomId}".`);
      await store.beginAnew([id]);
      const [issued] = await credentials.issue([{ id, role }]);
      devices.add({ id, name, roomId: roomId ?? null, role, isDemo: false, source: 'contract' });
      return issued!;
    }),
  );

  addRoute('changeDevice', ({ params, body }) => devices.change(params.id, body) ?? noSuchDevice(params.id));

  addRoute('removeDevice', ({ params }) =>
    credentials.inTurn(async () => {
      const { id, source } = findDevice(devices, params.id);
      // A device that was only heard through a gateway has no credential of its own.
      if (source === 'contract') await credentials.revoke([id]);
      devices.remove([id]);
      return null;
    }),
  );
}

/** @throws {RequestError} `not-found` when there is no such device. */
export function findDevice(devices: Devices, id: string): Device {
  return devices.get(id) ?? noSuchDevice(id);
}

function noSuchDevice(id: string): never {
  throw new RequestError('not-found', `There is no device "${id}".`);
}
