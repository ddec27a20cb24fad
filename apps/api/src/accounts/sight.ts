import type { Alert, Device } from '@hearth/contract';
import type { SignedIn } from './sessions.ts';

/** Whose rooms are looked at. */
export type Onlooker = Pick<SignedIn, 'rooms'>;

/** In which room something is; null for what is in none. */
export interface Whereabouts {
  /** undefined: there is no such device. */
  ofDevice(id: string): string | null | undefined;
  ofAlert(alert: Pick<Alert, 'roomId' | 'deviceId'>): string | null;
}

/** Whether somebody may see what is in this room; what is in none is for those who see all. */
export function sees({ rooms }: Onlooker, room: string | null): boolean {
  return rooms === null || (room !== null && rooms.includes(room));
}

/** Looks up rooms by the devices as they are at the time. */
export function createWhereabouts(devices: {
  get(id: string): Pick<Device, 'roomId'> | undefined;
}): Whereabouts {
  const ofDevice = (id: string) => devices.get(id)?.roomId;
  return {
    ofDevice,
    ofAlert: ({ roomId, deviceId }) => roomId ?? (deviceId === null ? null : (ofDevice(deviceId) ?? null)),
  };
}
