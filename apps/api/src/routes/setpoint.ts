import type { AddRoute } from '../http/route.ts';
import { findDevice } from './devices.ts';
import type { Parts } from './parts.ts';

/** Requesting a setpoint; the command's further states come by the live stream. */
export function addSetpointRoutes(
  addRoute: AddRoute,
  { devices, bridge }: Pick<Parts, 'devices' | 'bridge'>,
): void {
  addRoute('setSetpoint', ({ params, body, person }) =>
    bridge.setSetpoint(findDevice(devices, params.id), body.setpoint, person.name),
  );
}
