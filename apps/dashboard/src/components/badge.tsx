import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';
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

/** Something that no house has. `isShort` beside a title: on a phone the sign alone, the word for screen readers. */
export function SimulatedBadge({
  children = 'Simulated',
  isShort = false,
}: {
  children?: ReactNode;
  isShort?: boolean;
}) {
  return (
    <span
      className={classNames(styles.simulated, isShort && styles.short)}
      title={isShort ? 'Simulated' : undefined}
    >
      <SimulatedIcon />
      <span>{children}</span>
    </span>
  );
}
