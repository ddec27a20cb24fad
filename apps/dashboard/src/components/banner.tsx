import type { ReactNode } from 'react';
import { AlertIcon, SilentIcon } from './icons.tsx';
import styles from './banner.module.css';

interface Props {
  tone: 'away' | 'warn' | 'bad';
  children: ReactNode;
}

/** A line across the top about everything below it: the server is away, messages do not arrive. */
export function Banner({ tone, children }: Props) {
  return (
    <output className={styles[tone]}>
      {tone === 'away' ? <SilentIcon /> : <AlertIcon />}
      <span>{children}</span>
    </output>
  );
}
