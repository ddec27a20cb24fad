import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { QuantityName, Storage } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { useDevices } from '../../api/queries.ts';
import { systemKeys } from '../../api/system-queries.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField } from '../../components/field.tsx';
import { Fold } from '../../components/fold.tsx';
import { AlertIcon } from '../../components/icons.tsx';
import { labelOf } from '../../device-words.ts';
import { useFormat } from '../../format-context.ts';
import { draftOf, figuresUnder, isShorter, rulesOf, type KeptDays } from '../../retention-draft.ts';
import { keptWords, roomPromise } from '../../storage-words.ts';
import styles from './system-page.module.css';

const spans: readonly KeptDays[] = [null, 3650, 1825, 730, 365, 90, 30, 7];
const likeTheRest = 'rest';
const forEver = 'ever';

interface Props {
  label: string;
  hint?: string;
  value: KeptDays | undefined;
  /** Set where it may be as the rest is. */
  rest?: string;
  onChange: (days: KeptDays | undefined) => void;
}

/** How long something is kept: a few usual spans, and the one that was set by other means. */
function SpanField({ label, hint, value, rest, onChange }: Props) {
  const options = value === undefined || spans.includes(value) ? spans : [value, ...spans];
  return (
    <SelectField
      label={label}
      hint={hint}
      value={value === undefined ? likeTheRest : (value ?? forEver)}
      onChange={({ currentTarget: { value: chosen } }) =>
        onChange(chosen === likeTheRest ? undefined : chosen === forEver ? null : Number(chosen))
      }
    >
      {rest && <option value={likeTheRest}>{rest}</option>}
      {options.map((days) => (
        <option key={days} value={days ?? forEver}>
          {days === null ? 'For ever' : keptWords(days)}
        </option>
      ))}
    </SelectField>
  );
}

/** Chooses how long readings are kept, and shows what that promises before it is saved. */
export function RetentionDialog({ storage, onClose }: { storage: Storage; onClose: () => void }) {
  const client = useQueryClient();
  const format = useFormat();
  const devices = useDevices();
  const [draft, setDraft] = useState(() => draftOf(storage.rules));
  const save = useMutation({
    mutationFn: () => call('changeRetention', { body: { rules: rulesOf(draft) } }),
    onSuccess: (changed) => {
      client.setQueryData(systemKeys.storage, changed);
      onClose();
    },
  });
  const rules = rulesOf(draft);
  const promise = roomPromise(figuresUnder(rules, storage), format);
  const named = storage.series.map(({ quantity }) => quantity);
  const reported = devices.data?.flatMap(({ latest }) => Object.keys(latest) as QuantityName[]) ?? [];
  const own = Object.keys(draft.byQuantity) as QuantityName[];
  const quantities = [...new Set([...named, ...reported, ...own])];

  function chooseFor(quantity: QuantityName, days: KeptDays | undefined): void {
    const { [quantity]: _, ...byQuantity } = draft.byQuantity;
    setDraft({ ...draft, byQuantity: days === undefined ? byQuantity : { ...byQuantity, [quantity]: days } });
  }
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    save.mutate();
  }
  return (
    <Dialog title="What is kept" onClose={onClose}>
      <form className={content.form} onSubmit={onSubmit}>
        <SpanField
          label="Readings"
          hint="Every value as the device sent it."
          value={draft.readingsDays}
          onChange={(days) => setDraft({ ...draft, readingsDays: days ?? null })}
        />
        <SpanField
          label="Averages"
          hint="What charts of months and years are drawn from; never shorter than the readings."
          value={draft.rollupsDays}
          onChange={(days) => setDraft({ ...draft, rollupsDays: days ?? null })}
        />
        <output className={promise.isTight ? styles.warn : styles.outlook}>
          {promise.isTight && <AlertIcon />}
          {promise.words}
        </output>
        {isShorter(rules, storage.rules, storage) && (
          <p className={styles.warn}>
            <AlertIcon /> What is older is deleted for good when you save.
          </p>
        )}
        {quantities.length > 0 && (
          <Fold summary="Some readings for another time" isOpen={Object.keys(draft.byQuantity).length > 0}>
            <div className={styles.pairs}>
              {quantities.map((quantity) => (
                <SpanField
                  key={quantity}
                  label={labelOf(quantity)}
                  rest="Like the rest"
                  value={draft.byQuantity[quantity]}
                  onChange={(days) => chooseFor(quantity, days)}
                />
              ))}
            </div>
          </Fold>
        )}
        {save.error && (
          <p role="alert" className={content.error}>
            {wordsFor(save.error)}
          </p>
        )}
        <div className={content.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {save.isPending ? 'Saving…' : 'Save'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
