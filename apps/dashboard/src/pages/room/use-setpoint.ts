import { useState } from 'react';
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
  /** What the device reports, °C. */
  reported: number | null;
  sending: number | null;
  failure: string;
  isScheduled: boolean;
  /** Somebody begins to choose anew: how the one before ended is history. */
  onDraft: () => void;
  send: (setpoint: number) => void;
  onRetry: () => void;
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
  const [dismissed, setDismissed] = useState<string | null>(null);
  const command = device.command?.id === dismissed ? null : device.command;
  const sending = put.isPending ? put.variables : null;
  const isUnderWay = command !== null && command.settledAt === null;
  const reported = device.latest.setpoint?.value;
  return {
    requested: sending ?? (isUnderWay ? command.setpoint : null),
    command,
    reported: typeof reported === 'number' ? reported : null,
    sending,
    isScheduled: device.latest.mode?.value === 'auto',
    failure: put.error ? wordsFor(put.error) : '',
    onDraft: () => {
      if (put.isError) put.reset();
      if (command && command.settledAt !== null) setDismissed(command.id);
    },
    send: (setpoint) => put.mutate(setpoint),
    onRetry: () => {
      const again = put.isError ? put.variables : command?.setpoint;
      if (again !== undefined) put.mutate(again);
    },
  };
}
