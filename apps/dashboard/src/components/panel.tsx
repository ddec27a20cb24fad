import { useId, type ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import styles from './panel.module.css';

interface Props {
  title: string;
  /** Set where what is below is the title of the panel, and this only says which one it is. */
  isQuiet?: boolean;
  /** A line below the title. */
  note?: ReactNode;
  /** A control beside the title. */
  beside?: ReactNode;
  children: ReactNode;
}

/** A block of a page with its heading, by which it is named. */
export function Panel({ title, isQuiet = false, note, beside, children }: Props) {
  const id = useId();
  const heading = <h2 id={id}>{title}</h2>;
  return (
    <section className={classNames(styles.panel, isQuiet && styles.quiet)} aria-labelledby={id}>
      {beside === undefined ? (
        heading
      ) : (
        <div className={styles.head}>
          {note === undefined ? (
            heading
          ) : (
            <div>
              {heading}
              <p>{note}</p>
            </div>
          )}
          {beside}
        </div>
      )}
      {children}
    </section>
  );
}

/** One column of panels on a phone, two on a laptop: each child is a {@link PanelColumn}. */
export function PanelColumns({ children }: { children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>;
}

/** Panels below each other. */
export function PanelColumn({ children }: { children: ReactNode }) {
  return <div className={styles.column}>{children}</div>;
}
