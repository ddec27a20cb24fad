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

/** How far a change of the setpoint has come. Never said to be done before the device says so. */
export function SetpointCommand({ command, sending, failure, blocked, isScheduled, onRetry }: Props) {
  const format = useFormat();
  const holdEnd = isScheduled ? 'the device’s schedule changes it' : 'somebody changes it';
  const degrees = (celsius: number) => `${format.setpoint(celsius)}°`;

  function words(): { look: Look; text: string; canRetry?: boolean } {
    if (blocked) return { look: 'trouble', text: blocked };
    if (sending !== null) return { look: 'busy', text: `Sending ${degrees(sending)}…` };
    if (failure) return { look: 'trouble', text: `Not set. ${failure}`, canRetry: true };
    if (!command) return { look: 'calm', text: `A change holds until ${holdEnd}.` };
    const wanted = degrees(command.setpoint);
    if (command.state === 'sending') return { look: 'busy', text: `Sending ${wanted}…` };
    if (command.state === 'waiting')
      return { look: 'busy', text: `Asked for ${wanted}. Waiting for the device.` };
    if (command.state === 'refused')
      return { look: 'trouble', text: `The device refused ${wanted}: ${refusalWords(command, format)}.` };
    if (command.state === 'unconfirmed')
      return { look: 'trouble', text: `The device did not confirm ${wanted}.`, canRetry: true };
    const when = format.moment(command.settledAt ?? command.requestedAt, serverNow());
    return {
      look: 'calm',
      text: `Set to ${wanted} by ${command.requestedBy} at ${when}. Holds until ${holdEnd}.`,
    };
  }

  const { look, text, canRetry } = words();
  const isDone = look === 'calm' && command?.state === 'confirmed';
  return (
    <div className={classNames(styles.command, styles[look])}>
      <span className={styles.icon}>
        {isDone && <CheckIcon />}
        {look === 'busy' && <ClockIcon />}
        {look === 'trouble' && <AlertIcon />}
      </span>
      <output>{text}</output>
      {canRetry && (
        <Button onClick={onRetry}>
          <AgainIcon /> Retry
        </Button>
      )}
    </div>
  );
}
