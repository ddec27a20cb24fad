import type { Freshness } from '../freshness.ts';
import { ClockIcon, SilentIcon } from './icons.tsx';
import { Age } from './age.tsx';
import styles from './value-state.module.css';

interface Props {
  state: Freshness;
  /** When the value was measured, in Unix ms. */
  at: number;
  /** Whether its device is connected; null where it has no connection of its own, or that is not known. */
  isOnline: boolean | null;
}

/** What people call the states, without the age. A live value needs no word. */
export const stateWords: Readonly<Record<Freshness, string>> = {
  live: '',
  late: 'Late',
  stale: 'Out of date',
  silent: 'Silent',
};

/** How old a value is and what that means, with an icon from late on. */
export function ValueState({ state, at, isOnline }: Props) {
  const word = isOnline === false ? 'Offline' : stateWords[state];
  return (
    <span className={styles[state]}>
      {state !== 'live' && (state === 'silent' ? <SilentIcon /> : <ClockIcon />)}
      {word && `${word} · `}
      <Age at={at} />
    </span>
  );
}
