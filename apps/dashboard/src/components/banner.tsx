import type { ReactNode } from 'react';
import { AlertIcon, SilentIcon } from './icons.tsx';
import styles from './banner.module.css';

interface Props {
  tone: 'away' | 'warn' | 'bad';
  children: ReactNode;
  /** What is kept and what to do, more quietly. */
  more?: string | undefined;
}

/** A line across the top about everything below it: the server is away, messages do not arrive. */
export function Banner({ tone, children, more }: Props) {
  return (
    <output className={styles[tone]}>
      {tone === 'away' ? <SilentIcon /> : <AlertIcon />}
      <span>
        {children}
        {more && <span className={styles.more}> {more}</span>}
      </span>
    </output>
  );
}
