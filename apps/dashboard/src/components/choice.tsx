import { useId } from 'react';
import styles from './choice.module.css';

interface Props<T extends string> {
  label: string;
  options: readonly { value: T; label: string }[];
  /** Null while none of them holds. */
  value: T | null;
  onChange: (value: NoInfer<T>) => void;
}

/** A few choices side by side, of which one holds: native radio buttons underneath. */
export function Choice<T extends string>({ label, options, value, onChange }: Props<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choice}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles.option}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
