import type { Device } from '@hearth/contract';
import { sees } from '../accounts/sight.ts';
import type { Devices } from '../devices/devices.ts';
import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Devices: seen, added with a credential, renamed, moved and removed. */
export function addDeviceRoutes(
  addRoute: AddRoute,
  {
    bridge,
    devices,
    credentials,
    gateways,
    store,
  }: Pick<Parts, 'bridge' | 'devices' | 'credentials' | 'gateways' | 'store'>,
): void {
  addRoute('devices', ({ person }) => devices.list().filter(({ roomId }) => sees(person, roomId)));

  addRoute('device', ({ params: { id } }) => {
    const detail = devices.detail(id) ?? noSuchDevice(id);
    return { ...detail, encryption: bridge.encryption.of(id) };
  });

  addRoute(
    'addDevice',
    ({ body: { id, name = id, roomId, role = 'device', encrypt = false, speaks, base } }) =>
      credentials.inTurn(async () => {
        if (!devices.isFree(id))
          throw new RequestError('already-there', `There is a device "${id}": choose another id.`);
        if (roomId !== undefined && !devices.rooms().some((room) => room.id === roomId))
          throw new RequestError('not-found', `There is no room "${roomId}".`);
        if (encrypt && role === 'gateway')
          throw new RequestError(
            'cannot-encrypt',
            'A gateway speaks as its devices do, without an envelope.',
          );
        await store.beginAnew([id]);
        const encryption = encrypt ? bridge.encryption.switchOn(id) : bridge.encryption.switchOff(id);
        if (role === 'gateway') gateways.define(id, speaks ?? 'rtl_433', base);
        const [issued] = await credentials.issue([gateways.wanted(id, role)]);
        devices.add({ id, name, roomId: roomId ?? null, role, isDemo: false, source: 'contract' });
        return { ...issued!, ...(encryption && { encryption }) };
      }),
  );

  addRoute('changeDevice', ({ params, body }) => devices.change(params.id, body) ?? noSuchDevice(params.id));

  addRoute('changeSecret', ({ params }) =>
    credentials.inTurn(async () => {
      const { id, source } = findDevice(devices, params.id);
      if (source !== 'contract')
        throw new RequestError(
          'not-found',
          `"${id}" has no secret of its own: it speaks through a gateway, or was only imported.`,
        );
      return credentials.rotate(
        gateways.wanted(id, devices.gatewayIds().includes(id) ? 'gateway' : 'device'),
      );
    }),
  );

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
