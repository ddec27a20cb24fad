import type { AddRoute } from '../http/route.ts';
import { findDevice } from './devices.ts';
import type { Parts } from './parts.ts';

/** Asking a device for its present values; every end of it but a broker that is away is an answer. */
export function addAskRoutes(
  addRoute: AddRoute,
  { devices, bridge }: Pick<Parts, 'devices' | 'bridge'>,
): void {
  addRoute('ask', ({ params, body }) => bridge.ask(findDevice(devices, params.id), body));
}
