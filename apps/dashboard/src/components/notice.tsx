import type { ReactNode } from 'react';
import { AlertIcon } from './icons.tsx';
import { Button } from './button.tsx';
import styles from './notice.module.css';

interface Props {
  title: string;
  children?: ReactNode;
  /** What to do first. */
  action?: ReactNode;
  picture?: ReactNode;
}

/** A place that has nothing to show yet, and what to do about it. */
export function Empty({ title, children, action, picture }: Props) {
  return (
    <div className={styles.empty}>
      {picture && <div className={styles.picture}>{picture}</div>}
      <h2 className={styles.title}>{title}</h2>
      {children && <p className={styles.text}>{children}</p>}
      {action}
    </div>
  );
}

/** A place whose request failed: what happened, what still works, and Retry. */
export function Failed({
  title,
  isPage = false,
  children,
  onRetry,
}: {
  title: string;
  /** Set where this is all that the page shows: the title is then its heading. */
  isPage?: boolean;
  children?: ReactNode;
  onRetry: () => void;
}) {
  return (
    <div className={styles.failed} role="alert">
      <span className={styles.icon}>
        <AlertIcon />
      </span>
      <div className={styles.body}>
        {isPage ? <h1 className={styles.heading}>{title}</h1> : <strong>{title}</strong>}
        {children && <p className={styles.text}>{children}</p>}
      </div>
      <Button onClick={onRetry}>Retry</Button>
    </div>
  );
}
