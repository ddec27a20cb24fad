import { useState, type SubmitEvent } from 'react';
import type { Device, StartCheck } from '@hearth/contract';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { Fold } from '../../components/fold.tsx';
import { chapters, isLoopback } from '../../check-words.ts';
import styles from './check-page.module.css';
import own from './start-form.module.css';

const lengths = [
  { value: 'quick', label: 'Quick' },
  { value: 'full', label: 'In full' },
] as const;

const ways = [
  { value: 'tls', label: 'TLS' },
  { value: 'plain', label: 'Without TLS' },
] as const;

/** In the list of devices, one that is not there. */
const another = '';

/** Devices that speak the contract themselves, and that a hand can point elsewhere. */
const canBeChecked = ({ source, role, about }: Device): boolean =>
  source === 'contract' && role === 'device' && !about?.simulated;

/** Which device: one of the home, or any by its id. */
function DeviceFields({
  devices,
  device,
  onChange,
}: {
  devices: readonly Device[];
  device: string;
  onChange: (id: string) => void;
}) {
  const known = devices.filter(canBeChecked);
  const isKnown = known.some(({ id }) => id === device);
  return (
    <>
      {known.length > 0 && (
        <SelectField
          label="Device"
          value={isKnown ? device : another}
          hint={
            isKnown ? 'While it is checked it is away from your home. Point it back afterwards.' : undefined
          }
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          <option value={another}>Another one</option>
          {known.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      {!isKnown && (
        <Field
          label="Device id"
          hint="Any that you like: its client id and user name. Lower case, digits and hyphens, 3 to 36 characters."
          required
          pattern="[a-z0-9][a-z0-9\-]{1,34}[a-z0-9]"
          title="Lower case, digits and hyphens, 3 to 36 characters"
          placeholder="hall-thermostat"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={device}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </>
  );
}

/** Chapters to tick; none ticked is all of them. */
function ChapterChecks({
  chosen,
  onChange,
}: {
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  return (
    <fieldset className={own.checks}>
      <legend>Only these checks</legend>
      {chapters.map(({ id, title, about }) => (
        <label key={id} className={own.check}>
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(checked ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          />
          <span>
            {title}
            <span className={own.about}>{about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface Props {
  devices: readonly Device[];
  /** What was asked for last time, or what is known beforehand. */
  draft: Partial<StartCheck>;
  error: unknown;
  isPending: boolean;
  isAway: boolean;
  onStart: (asked: StartCheck) => void;
}

/** What is to be checked, and how. */
export function StartForm({ devices, draft, error, isPending, isAway, onStart }: Props) {
  const [device, setDevice] = useState(draft.device ?? '');
  const [host, setHost] = useState(draft.host ?? '');
  const [isQuick, setQuick] = useState(draft.isQuick ?? true);
  const [isPlain, setPlain] = useState(draft.isPlain ?? false);
  const [hasHands, setHands] = useState(draft.hasHands ?? true);
  const [only, setOnly] = useState<string[]>(draft.chapters ?? []);

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const chosen = chapters.map(({ id }) => id).filter((id) => only.includes(id));
    onStart({ device, host, isQuick, isPlain, hasHands, ...(chosen.length > 0 ? { chapters: chosen } : {}) });
  }
  return (
    <form className={own.form} onSubmit={onSubmit}>
      <DeviceFields devices={devices} device={device} onChange={setDevice} />
      <Field
        label="Address of this machine"
        hint={
          isLoopback(host)
            ? 'This one is for a device on this machine alone. One in your network needs the address that this machine has there.'
            : 'As the device calls it. The certificate is for this address or name.'
        }
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={host}
        onChange={(event) => setHost(event.currentTarget.value)}
      />
      <div className={own.choice}>
        <Choice
          label="How long"
          options={lengths}
          value={isQuick ? 'quick' : 'full'}
          onChange={(value) => setQuick(value === 'quick')}
        />
        <p className={styles.hint}>
          {isQuick
            ? 'A minute or a few, by how often the device reports. Times are shortened, and each result names which.'
            : 'An hour and more: outages of ten minutes, half an hour of quiet. You may leave the page meanwhile.'}
        </p>
      </div>
      <label className={own.check}>
        <input
          type="checkbox"
          checked={hasHands}
          onChange={({ currentTarget }) => setHands(currentTarget.checked)}
        />
        <span>
          I am beside the device
          <span className={own.about}>and unplug its sensor and turn its knob when I am asked to</span>
        </span>
      </label>
      <Fold summary="More choices" isOpen={isPlain || only.length > 0}>
        <div className={own.choices}>
          <div className={own.choice}>
            <Choice
              label="How it connects"
              options={ways}
              value={isPlain ? 'plain' : 'tls'}
              onChange={(value) => setPlain(value === 'plain')}
            />
            <p className={styles.hint}>
              {isPlain
                ? 'What it says can be read in your network.'
                : 'It gets a certificate to know this check by.'}
            </p>
          </div>
          <ChapterChecks chosen={only} onChange={setOnly} />
        </div>
      </Fold>
      {Boolean(error) && (
        <p className={styles.error} role="alert">
          {wordsFor(error)}
        </p>
      )}
      <Button look="primary" type="submit" disabled={isPending || isAway}>
        {isPending ? 'Opening a place for it…' : 'Begin'}
      </Button>
    </form>
  );
}
