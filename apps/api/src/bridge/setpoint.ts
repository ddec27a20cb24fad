import { quantities, type Device } from '@hearth/contract';

/** The device takes no setpoints. */
export class CannotSetError extends Error {
  override readonly name = 'CannotSetError';
  readonly code = 'cannot-set';
}

/** The setpoint is not one that the device and the platform both allow; the message says which are. */
export class OutOfRangeError extends Error {
  override readonly name = 'OutOfRangeError';
  readonly code = 'out-of-range';
}

/** The device is away, and a command is never queued to act hours later. */
export class DeviceOfflineError extends Error {
  override readonly name = 'DeviceOfflineError';
  readonly code = 'device-offline';
}

/**
 * The limits of a setpoint, °C, and its step, K: the device's own within the platform's, which hold because
 * gateways were seen to pass 99 °C on.
 * @throws {CannotSetError} @throws {OutOfRangeError}
 */
export function checkSetpoint(device: Device, setpoint: number): { min: number; max: number; step: number } {
  const own = device.about?.commands.set?.setpoint;
  if (!own || device.source === 'import') throw new CannotSetError(`${device.name} takes no setpoint`);
  const min = Math.max(own.min, quantities.setpoint.min);
  const max = Math.min(own.max, quantities.setpoint.max);
  if (!(setpoint >= min && setpoint <= max))
    throw new OutOfRangeError(`${device.name} takes ${min} to ${max} °C, not ${setpoint}`);
  // Steps count from the device's own minimum.
  const steps = (setpoint - own.min) / own.step;
  if (Math.abs(steps - Math.round(steps)) > 1e-6)
    throw new OutOfRangeError(
      `${device.name} takes steps of ${own.step} K from ${own.min} °C, not ${setpoint}`,
    );
  return { min, max, step: own.step };
}
