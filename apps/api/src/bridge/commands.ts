import type { Command, Device, Response } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Arrival } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import { randomUUID } from 'node:crypto';
import type { Devices } from '../devices/devices.ts';
import { failedCommandMs } from '../devices/entry.ts';
import { isAway, startCommand, type CommandLife, type CommandTiming } from './command-life.ts';
import { openCommandTable } from './command-table.ts';
import type { OutgoingRequests } from './outgoing.ts';
import { checkSetpoint, DeviceOfflineError } from './setpoint.ts';

const defaultTiming: CommandTiming = { retryMs: 5000, unconfirmedMs: 10_000 };

/**
 * Requests for setpoints, from the request to the device's report. On disk before anything is sent; one at a
 * time per device: a newer one ends the older, so that no repetition brings an old setpoint back.
 */
export function openCommands(parts: {
  db: Database;
  devices: Devices;
  outgoing: Pick<OutgoingRequests, 'set'>;
  log: Log;
  now: () => number;
  timing?: CommandTiming | undefined;
}) {
  const { devices, now, timing = defaultTiming } = parts;
  const table = openCommandTable(parts.db);
  const active = new Map<string, CommandLife>();
  for (const command of table.endLeftovers(now())) devices.noteCommand(command);

  return {
    /**
     * Requests a setpoint in °C for a person; the command is on disk and on its way.
     * @throws {CannotSetError} @throws {OutOfRangeError} @throws {DeviceOfflineError}
     */
    set(device: Device, setpoint: number, by: string): Command {
      const { step: stepK } = checkSetpoint(device, setpoint);
      const connection = devices.connection(device.id);
      if (!connection || isAway(device, connection))
        throw new DeviceOfflineError(`${device.name} is not connected: nothing was sent`);
      const command: Command = {
        id: `c-${randomUUID()}`,
        deviceId: device.id,
        setpoint,
        state: 'sending',
        requestedAt: now(),
        requestedBy: by,
        settledAt: null,
      };
      table.save(command);
      active.get(device.id)?.settle({ state: 'unconfirmed' });
      const life = startCommand({ ...parts, table, timing }, command, stepK, () => active.delete(device.id));
      active.set(device.id, life);
      return command;
    },
    /** The device's answer: it took the setpoint, which its report is to show, or refuses it. */
    hearResponse(device: string, { id, error }: Response): void {
      const life = active.get(device);
      if (life?.command.id !== id) return;
      if (error) life.settle({ state: 'refused', refusal: error });
      else life.accept();
    },
    /** Stored readings; what a buffer brings was measured before the request. */
    hearStored(arrivals: readonly Arrival[]): void {
      for (const { device, isLate, receivedAt, values } of arrivals) {
        const life = active.get(device);
        if (!life || isLate || receivedAt < life.command.requestedAt) continue;
        if (receivedAt > life.command.requestedAt + failedCommandMs) {
          life.drop();
          continue;
        }
        if (life.isShownBy(values.setpoint)) life.settle({ state: 'confirmed' });
      }
    },
    /** Forgets the command of a device that is no more. */
    forget: (device: string): void => active.get(device)?.drop(),
    stop(): void {
      for (const life of active.values()) life.drop();
    },
  };
}
export type Commands = ReturnType<typeof openCommands>;
