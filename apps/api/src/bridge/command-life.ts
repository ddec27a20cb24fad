import type { Command, Device } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Connection, Devices } from '../devices/devices.ts';
import type { CommandTable } from './command-table.ts';
import type { OutgoingRequests } from './outgoing.ts';

/**
 * Whether a device is not there to act on a command. A native one has to be known to be there; of others nobody
 * says more often than not.
 */
export function isAway({ source }: Device, { isOnline }: Connection): boolean {
  return source === 'contract' ? isOnline !== true : isOnline === false;
}

/** What knows how a device of another make is told comes with its own messages. */
const notHeard = { code: 'fault', detail: 'it has not said how it is told since Hearth started' } as const;

/** How long a device has to report the setpoint, and when the request is repeated in between, ms. */
export interface CommandTiming {
  retryMs: number;
  unconfirmedMs: number;
}

/** A command that waits for the device's report. */
export interface CommandLife {
  readonly command: Command;
  /** Whether a setpoint that the device says is the one that was asked for, to half a step. */
  isShownBy(setpoint: unknown): boolean;
  /** The device says that it took it: it is not sent again, and waits for the report. */
  accept(): void;
  /** Ends it in this state; one that is overdue already stays unconfirmed. */
  settle(patch: Pick<Command, 'state'> & Partial<Command>): void;
  /** Ends it without a word, since nobody is there to hear it. */
  drop(): void;
}

/**
 * Sends a command, repeats it once with the same id unless the device took it, and tells that it is unconfirmed
 * when no report came in time. It goes on waiting then, as a device may report late; the caller ends it.
 */
export function startCommand(
  parts: {
    table: CommandTable;
    devices: Devices;
    outgoing: Pick<OutgoingRequests, 'set'>;
    log: Log;
    now: () => number;
    timing: CommandTiming;
  },
  requested: Command,
  stepK: number,
  onEnd: () => void,
): CommandLife {
  const { table, devices, outgoing, log, now, timing } = parts;
  let command = requested;

  const change = (patch: Partial<Command>): void => {
    command = { ...command, ...patch };
    try {
      table.save(command);
    } catch (error) {
      // The command has acted all the same; the next start takes it for unconfirmed.
      log.error({ error, command: command.id }, 'the state of a command could not be stored');
    }
    devices.noteCommand(command);
  };
  const send = async (): Promise<void> => {
    const { id, deviceId, setpoint, state } = command;
    if (state === 'accepted') return;
    const [device, connection] = [devices.get(deviceId), devices.connection(deviceId)];
    if (!device || !connection || isAway(device, connection)) return;
    const told = outgoing.set(device, connection.conn, id, setpoint);
    if (told === null) {
      settle({ state: 'refused', refusal: notHeard });
      return;
    }
    try {
      await told.sent;
    } catch {
      // The broker was lost: the repetition or the deadline follows.
      return;
    }
    if (command.state === 'sending') change({ state: 'waiting' });
  };
  const drop = (): void => {
    clearTimeout(retry);
    clearTimeout(deadline);
    onEnd();
  };
  const settle: CommandLife['settle'] = (patch) => {
    drop();
    if (command.state !== patch.state) change({ ...patch, settledAt: now() });
  };
  const retry = setTimeout(() => void send(), timing.retryMs);
  const deadline = setTimeout(() => change({ state: 'unconfirmed', settledAt: now() }), timing.unconfirmedMs);
  devices.noteCommand(command);
  void send();
  return {
    get command() {
      return command;
    },
    isShownBy: (setpoint) =>
      typeof setpoint === 'number' && Math.abs(setpoint - command.setpoint) <= stepK / 2 + 1e-9,
    accept() {
      if (command.settledAt === null) change({ state: 'accepted' });
    },
    settle,
    drop,
  };
}
