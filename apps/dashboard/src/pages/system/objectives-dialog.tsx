import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { Objectives } from '@hearth/contract';
import { availabilityKeys } from '../../api/availability-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';

/** What is aimed at, as it is typed: shares in per cent, the time in seconds. */
const fields = [
  { name: 'available', label: 'All rooms available, in %', unit: 100, min: 50, max: 99.99, step: 'any' },
  {
    name: 'answered',
    label: 'Questions answered in time, in %',
    unit: 100,
    min: 50,
    max: 99.99,
    step: 'any',
  },
  {
    name: 'answeredWithinMs',
    label: 'In time is within, in seconds',
    unit: 0.001,
    min: 0.1,
    max: 30,
    step: 0.1,
  },
] as const;

/** Without the last digits that a product of decimals brings. */
const tidy = (value: number): number => Number(value.toPrecision(8));

function ObjectivesDialog({ objectives, onClose }: { objectives: Objectives; onClose: () => void }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (body: Objectives) => call('changeObjectives', { body }),
    onSuccess(answer) {
      client.setQueryData(availabilityKeys.all, answer);
      onClose();
    },
  });
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const entries = fields.map(({ name, unit }) => [name, tidy(Number(typed.get(name)) / unit)]);
    change.mutate(Object.fromEntries(entries) as Objectives);
  }
  return (
    <Dialog title="What is aimed at" onClose={onClose}>
      <form className={content.form} onSubmit={onSubmit}>
        {fields.map(({ name, label, unit, ...limits }) => (
          <Field
            key={name}
            label={label}
            name={name}
            type="number"
            {...limits}
            required
            defaultValue={tidy(objectives[name] * unit)}
          />
        ))}
        <p className={content.note}>
          Over 30 days. What may go wrong until then is the budget. Answers that came before are counted as
          they were.
        </p>
        {change.error && (
          <p role="alert" className={content.error}>
            {wordsFor(change.error)}
          </p>
        )}
        <div className={content.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={change.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Opens what is aimed at, to be changed. */
export function ObjectivesButton({ objectives }: { objectives: Objectives }) {
  const isAway = useLink().state === 'away';
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={content.actions}>
      <Button disabled={isAway} onClick={() => setOpen(true)}>
        Change what is aimed at
      </Button>
      {isOpen && <ObjectivesDialog objectives={objectives} onClose={() => setOpen(false)} />}
    </div>
  );
}
