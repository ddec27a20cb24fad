import type { SubmitEvent } from 'react';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import styles from '../alone.module.css';
import type { StepProps } from './draft.ts';

const units = [
  { value: 'celsius', label: '°C' },
  { value: 'fahrenheit', label: '°F' },
] as const;

/** Home, time zone and units; all three are filled in as the browser is set. */
export function HomeStep({ draft, errors, onChange, onNext }: StepProps & { onNext: () => void }) {
  const zones = [...new Set([draft.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    onNext();
  }
  return (
    <>
      <h1>Your home</h1>
      <p className={styles.lead}>So that times and temperatures read the way you think of them.</p>
      <form className={styles.form} onSubmit={onSubmit}>
        <Field
          label="What you call it"
          error={errors.home}
          required
          maxLength={60}
          autoComplete="off"
          value={draft.home}
          onChange={(event) => onChange({ home: event.currentTarget.value })}
        />
        <SelectField
          label="Time zone"
          error={errors.timeZone}
          value={draft.timeZone}
          onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
        >
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </SelectField>
        <div className={styles.units}>
          <span aria-hidden="true">Temperatures in</span>
          <Choice
            label="Temperatures in"
            options={units}
            value={draft.temperatureUnit}
            onChange={(temperatureUnit) => onChange({ temperatureUnit })}
          />
        </div>
        <Button look="primary" type="submit">
          Continue
        </Button>
      </form>
    </>
  );
}
