import type { Freshness } from '../freshness.ts';
import { ClockIcon, SilentIcon } from './icons.tsx';
import { Age } from './age.tsx';
import styles from './value-state.module.css';

interface Props {
  state: Freshness;
  /** When the value was measured, in Unix ms. */
  at: number;
}

/** A silent value is the last that there was, however young: its device may have gone a moment ago. */
const words: Record<Freshness, string> = {
  live: '',
  late: 'Late · ',
  stale: 'Stale · ',
  silent: 'Silent, last value ',
};

/** How old a value is and what that means, with an icon from late on. */
export function ValueState({ state, at }: Props) {
  return (
    <span className={styles[state]}>
      {state !== 'live' && (state === 'silent' ? <SilentIcon /> : <ClockIcon />)}
      {words[state]}
      <Age at={at} />
    </span>
  );
}
