import styles from './logo.module.css';

/** The mark: a hearth with its ember. */
export function Logo({ isLarge = false }: { isLarge?: boolean }) {
  return (
    <svg className={isLarge ? styles.large : styles.logo} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M3 29V16a13 13 0 0 1 26 0v13h-6V16.5a7 7 0 0 0-14 0V29z" fill="currentColor" />
      <path
        className={styles.ember}
        d="M16 14.5c3.3 3.2 5 5.7 5 8.6A5 5 0 0 1 16 28a5 5 0 0 1-5-4.9c0-2.9 1.7-5.4 5-8.6z"
      />
    </svg>
  );
}
