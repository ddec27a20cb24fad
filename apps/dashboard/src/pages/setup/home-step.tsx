import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import styles from '../alone.module.css';
import type { Draft } from './setup-page.tsx';

const units = [
  { value: 'celsius', label: '°C' },
  { value: 'fahrenheit', label: '°F' },
] as const;

interface Props {
  draft: Draft;
  onNext: (part: Pick<Draft, 'home' | 'timeZone' | 'temperatureUnit'>) => void;
}

/** Home, time zone and units; all three are filled in as the browser is set. */
export function HomeStep({ draft, onNext }: Props) {
  const [temperatureUnit, setUnit] = useState(draft.temperatureUnit);
  const zones = [...new Set([draft.timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].sort();
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onNext({ home: form.get('home') as string, timeZone: form.get('timeZone') as string, temperatureUnit });
  }
  return (
    <>
      <h1>Your home</h1>
      <p className={styles.lead}>So that times and temperatures read the way you think of them.</p>
      <form className={styles.form} onSubmit={onSubmit}>
        <Field
          label="What you call it"
          name="home"
          required
          maxLength={60}
          autoComplete="off"
          defaultValue={draft.home}
        />
        <SelectField label="Time zone" name="timeZone" defaultValue={draft.timeZone}>
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </SelectField>
        <div className={styles.units}>
          <span aria-hidden="true">Temperatures in</span>
          <Choice label="Temperatures in" options={units} value={temperatureUnit} onChange={setUnit} />
        </div>
        <Button look="primary" type="submit">
          Continue
        </Button>
      </form>
    </>
  );
}
