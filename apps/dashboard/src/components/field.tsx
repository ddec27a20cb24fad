import { useId, type ComponentProps, type ReactNode } from 'react';
import { NextIcon } from './icons.tsx';
import styles from './field.module.css';

interface Shared {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the entry; empty when nothing is. */
  error?: string | undefined;
}

/** A labelled input; its hint and its error are read out with it. */
export function Field({ label, hint, error, ...input }: Shared & ComponentProps<'input'>) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? `${id}-note` : undefined}
      />
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

/** A labelled native select. */
export function SelectField({ label, hint, error, children, ...select }: Shared & ComponentProps<'select'>) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.select}>
        <select {...select} id={id} aria-describedby={error || hint ? `${id}-note` : undefined}>
          {children}
        </select>
        <NextIcon />
      </div>
      <Note id={`${id}-note`} hint={hint} error={error} />
    </div>
  );
}

/** Takes no room while it has nothing to say, so that fields stand at even distances. */
function Note({ id, hint, error }: { id: string; hint: ReactNode; error: string | undefined }) {
  if (!error && !hint) return null;
  return (
    <p id={id} className={error ? styles.error : styles.hint} role={error ? 'alert' : undefined}>
      {error || hint}
    </p>
  );
}
