import type { Paired } from '@hearth/contract';
import { newCode } from '../accounts/crockford.ts';
import { ControlError } from '../bridge/control.ts';
import { slugOf } from '../devices/slug.ts';
import { homeId } from '../homes.ts';
import { RequestError } from '../http/problems.ts';
import type { AddRoute } from '../http/route.ts';
import type { Parts } from './parts.ts';

/** Pairing: the owner opens a window, and a device comes in by its code. */
export function addPairingRoutes(
  addRoute: AddRoute,
  {
    pairing,
    devices,
    credentials,
    store,
    placeOfBroker,
  }: Pick<Parts, 'pairing' | 'devices' | 'credentials' | 'store' | 'placeOfBroker'>,
): void {
  addRoute('pairing', () => pairing.state());
  addRoute('openPairing', () => pairing.open());
  addRoute('closePairing', () => {
    pairing.close();
    return null;
  });

  addRoute('pair', ({ body: { code, id: wanted, model, csr }, request }) =>
    pairing.pair(code, request.ip, () =>
      credentials.inTurn(async (): Promise<Paired> => {
        const id = wanted ?? idFrom(model);
        if (!devices.isFree(id))
          throw new RequestError(
            'already-there',
            `There is a device "${id}": remove it in Hearth, change its secret there, or pair under another id.`,
          );
        // Asked first: nothing is made for a device that could not be told where to go.
        const { place, ca } = await placeOfBroker(request);
        await store.beginAnew([id]);
        const proof = await prove(id, csr);
        devices.add({
          id,
          name: model ?? id,
          roomId: null,
          role: 'device',
          isDemo: false,
          source: 'contract',
        });
        return { id, home: homeId, ...proof, broker: place, ca };
      }),
    ),
  );

  /** What the device will prove itself with. @throws {RequestError} when the broker does not take it. */
  async function prove(id: string, csr: string | undefined): Promise<Pick<Paired, 'secret' | 'certificate'>> {
    try {
      if (csr !== undefined) return { secret: null, certificate: await credentials.certify(id, csr) };
      const [issued] = await credentials.issue([{ id, role: 'device' }]);
      return { secret: issued!.secret, certificate: null };
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      throw new RequestError('bad-request', error.message);
    }
  }
}

/** A device id made of a model's name, with 20 random bits: `trv-2-k3f9`. */
function idFrom(model = 'device'): string {
  return `${slugOf(model, 31) || 'device'}-${newCode(4).toLowerCase()}`;
}
