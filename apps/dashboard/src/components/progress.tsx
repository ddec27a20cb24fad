import { useId } from 'react';
import styles from './progress.module.css';

interface Props {
  label: string;
  /** From 0 to 1; null where it is not known how much there is to do. */
  share: number | null;
}

/** How far something is that takes its time. */
export function Progress({ label, share }: Props) {
  const id = useId();
  return (
    <div className={styles.progress}>
      <p id={id}>{label}</p>
      <progress aria-labelledby={id} max={1} {...(share === null ? {} : { value: share })} />
    </div>
  );
}
