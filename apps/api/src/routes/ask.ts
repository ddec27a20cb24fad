import type { AddRoute } from '../http/route.ts';
import { findDevice } from './devices.ts';
import type { Parts } from './parts.ts';

/** Asking a device for its present values; every end of it but a broker that is away is an answer. */
export function addAskRoutes(
  addRoute: AddRoute,
  { watch, availability, devices, bridge }: Pick<Parts, 'watch' | 'availability' | 'devices' | 'bridge'>,
): void {
  addRoute('ask', async ({ params, body }) => {
    const outcome = await bridge.ask(findDevice(devices, params.id), body);
    availability.noteAsk(outcome);
    watch.askedDays.note(params.id, outcome);
    return outcome;
  });
}
