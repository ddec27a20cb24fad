import { useState, type ReactNode } from 'react';
import styles from './fold.module.css';

/** Something that is shown when it is asked for. */
export function Fold({
  summary,
  isOpen = false,
  children,
}: {
  summary: ReactNode;
  /** At first. */
  isOpen?: boolean;
  children: ReactNode;
}) {
  // From then on it is the person's: what is drawn anew neither opens nor shuts it.
  const [isOpenAtFirst] = useState(isOpen);
  return (
    <details className={styles.fold} open={isOpenAtFirst}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
