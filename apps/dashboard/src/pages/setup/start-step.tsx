import type { Setup } from '@hearth/contract';
import { DeviceIcon, NextIcon, SimulatedIcon } from '../../components/icons.tsx';
import styles from '../alone.module.css';

interface Props {
  onStart: (start: Setup['start']) => void;
  isPending: boolean;
}

/** Where to begin: among simulated rooms, or with a device of one's own. */
export function StartStep({ onStart, isPending }: Props) {
  return (
    <>
      <h1>Where to begin?</h1>
      <p className={styles.lead}>
        Neither is for ever: devices can be connected, and the simulated home removed, later.
      </p>
      <div className={styles.options}>
        <button type="button" className={styles.option} disabled={isPending} onClick={() => onStart('demo')}>
          <SimulatedIcon />
          <span>
            <strong>Look at a simulated home</strong>
            <span>Six rooms with thermostats and heaters that behave like real ones.</span>
          </span>
          <NextIcon />
        </button>
        <button
          type="button"
          className={styles.option}
          disabled={isPending}
          onClick={() => onStart('device')}
        >
          <DeviceIcon />
          <span>
            <strong>Connect a device</strong>
            <span>Begin empty, with a thermostat, heater or sensor that you have.</span>
          </span>
          <NextIcon />
        </button>
      </div>
      {isPending && <output>Making your home…</output>}
    </>
  );
}
