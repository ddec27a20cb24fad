import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Command, Device } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { applyChanges } from '../../api/live-cache.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';

/** A setpoint on its way: what to show, and how to send one. */
export interface SetpointState {
  /** Asked for and not confirmed, °C. */
  requested: number | null;
  command: Command | null;
  sending: number | null;
  failure: string;
  isScheduled: boolean;
  send: (setpoint: number) => void;
  onRetry: () => void;
}

/** A command that was confirmed is history once the device reports another setpoint. */
function currentCommand(device: Device): Command | null {
  const { command } = device;
  const reported = device.latest.setpoint?.value;
  const isOvertaken =
    command?.state === 'confirmed' &&
    typeof reported === 'number' &&
    Math.abs(reported - command.setpoint) > 0.05;
  return isOvertaken ? null : command;
}

/** Sends setpoints to a device and follows them until its report shows them, or does not. */
export function useSetpoint(device: Device): SetpointState {
  const client = useQueryClient();
  const put = useMutation({
    mutationFn: (setpoint: number) => call('setSetpoint', { params: { id: device.id }, body: { setpoint } }),
    onSuccess: (command) => {
      client.setQueryData<Device[]>(
        keys.devices,
        (devices) => devices && applyChanges(devices, [{ event: 'command', data: command }]).devices,
      );
    },
  });
  const command = currentCommand(device);
  const sending = put.isPending ? put.variables : null;
  const isUnderWay = command?.state === 'sending' || command?.state === 'waiting';
  return {
    requested: sending ?? (isUnderWay ? command.setpoint : null),
    command,
    sending,
    isScheduled: device.latest.mode?.value === 'auto',
    failure: put.error ? wordsFor(put.error) : '',
    send: (setpoint) => put.mutate(setpoint),
    onRetry: () => {
      const again = put.isError ? put.variables : command?.setpoint;
      if (again !== undefined) put.mutate(again);
    },
  };
}
