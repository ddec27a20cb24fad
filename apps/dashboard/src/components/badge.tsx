import type { ReactNode } from 'react';
import { FlameIcon, IdleIcon, OffIcon, SimulatedIcon } from './icons.tsx';
import styles from './badge.module.css';

const actions = {
  heating: { word: 'Heating', icon: <FlameIcon /> },
  idle: { word: 'Idle', icon: <IdleIcon /> },
  off: { word: 'Off', icon: <OffIcon /> },
} as const;

/** What a room is doing, in one word. */
export function ActionBadge({ action }: { action: keyof typeof actions }) {
  return (
    <span className={styles[action]}>
      {actions[action].icon}
      {actions[action].word}
    </span>
  );
}

/** Something that no house has. */
export function SimulatedBadge({ children = 'Simulated' }: { children?: ReactNode }) {
  return (
    <span className={styles.simulated}>
      <SimulatedIcon />
      {children}
    </span>
  );
}
