import type { Command } from '@hearth/contract';
import { classNames } from '../class-names.ts';
import { serverNow } from '../clock.ts';
import { useFormat } from '../format-context.ts';
import type { Format } from '../format.ts';
import { AgainIcon, AlertIcon, CheckIcon, ClockIcon } from './icons.tsx';
import { Button } from './button.tsx';
import styles from './setpoint-command.module.css';

interface Props {
  command: Command | null;
  /** What the device reports, °C; null when it has not. */
  reported: number | null;
  /** A setpoint that is being chosen and not sent yet, °C. */
  draft: number | null;
  /** A setpoint on its way to the server, °C. */
  sending: number | null;
  /** Why the last one was not even sent; empty when it was. */
  failure: string;
  /** Why nothing can be set now; empty when it can. */
  blocked: string;
  /** The device keeps a schedule of its own, which ends what was set by hand. */
  isScheduled: boolean;
  onRetry: () => void;
}

type Look = 'calm' | 'busy' | 'trouble';

function refusalWords(command: Command, format: Format): string {
  const { refusal } = command;
  if (!refusal) return 'it gave no reason';
  if (refusal.code === 'out-of-range' && refusal.min !== undefined && refusal.max !== undefined)
    return `it takes ${format.setpoint(refusal.min)} to ${format.degrees(refusal.max)}`;
  return refusal.detail ?? refusal.code;
}

type Words = { look: Look; text: string; canRetry?: boolean };

/** How far a command has come that the server has. */
function commandWords(command: Command, reported: number | null, holdEnd: string, format: Format): Words {
  const degrees = (celsius: number) => `${format.setpoint(celsius)}°`;
  const wanted = degrees(command.setpoint);
  const other = reported !== null && Math.abs(reported - command.setpoint) > 0.05 ? degrees(reported) : null;
  const when = format.moment(command.settledAt ?? command.requestedAt, serverNow());
  switch (command.state) {
    case 'sending':
      return { look: 'busy', text: `Sending ${wanted}…` };
    case 'waiting':
      return { look: 'busy', text: `Asked for ${wanted}. Waiting for the device.` };
    case 'accepted':
      return { look: 'busy', text: `The device took ${wanted}. Waiting until it reports it.` };
    case 'refused':
      return { look: 'trouble', text: `The device refused ${wanted}: ${refusalWords(command, format)}.` };
    case 'unconfirmed':
      return {
        look: 'trouble',
        text: other
          ? `Asked for ${wanted}, but the device goes on reporting ${other}.`
          : `The device did not confirm ${wanted}.`,
        canRetry: true,
      };
    default: {
      const set = `Set to ${wanted} by ${command.requestedBy} at ${when}.`;
      return {
        look: 'calm',
        text: other ? `${set} Since then it was changed to ${other}.` : `${set} Holds until ${holdEnd}.`,
      };
    }
  }
}

/** How far a change of the setpoint has come. Never said to be done before the device reports it. */
export function SetpointCommand({
  command,
  reported,
  draft,
  sending,
  failure,
  blocked,
  isScheduled,
  onRetry,
}: Props) {
  const format = useFormat();
  const holdEnd = isScheduled ? 'the device’s schedule changes it' : 'somebody changes it';
  const degrees = (celsius: number) => `${format.setpoint(celsius)}°`;

  function words(): Words {
    if (blocked) return { look: 'trouble', text: blocked };
    if (draft !== null) return { look: 'busy', text: `Asks for ${degrees(draft)} in a moment…` };
    if (sending !== null) return { look: 'busy', text: `Sending ${degrees(sending)}…` };
    if (failure) return { look: 'trouble', text: `Not set. ${failure}`, canRetry: true };
    if (!command) return { look: 'calm', text: `A change holds until ${holdEnd}.` };
    return commandWords(command, reported, holdEnd, format);
  }

  const { look, text, canRetry } = words();
  const isDone = look === 'calm' && command?.state === 'confirmed';
  return (
    <div className={classNames(styles.command, styles[look])}>
      <output>
        <span className={styles.icon}>
          {isDone && <CheckIcon />}
          {look === 'busy' && <ClockIcon />}
          {look === 'trouble' && <AlertIcon />}
        </span>
        {text}
      </output>
      {canRetry && (
        <Button onClick={onRetry}>
          <AgainIcon /> Retry
        </Button>
      )}
    </div>
  );
}
