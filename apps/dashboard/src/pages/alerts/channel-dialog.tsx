import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { ChannelPlace, NewChannel } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { channelNames, placeFields, placeOf, reachNames } from '../../channel-words.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import styles from '../system/system-page.module.css';

const kinds = Object.entries(channelNames) as [ChannelPlace['kind'], string][];
const reaches = Object.entries(reachNames) as [NewChannel['reach'], string][];

/** One more way in which people are told; a webhook's secret is shown once. */
export function ChannelDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<ChannelPlace['kind']>('email');
  const add = useMutation({
    mutationFn: (body: NewChannel) => call('addChannel', { body }),
    onSuccess: ({ secret }) => {
      void client.invalidateQueries({ queryKey: keys.channels });
      if (secret === undefined) onClose();
    },
  });

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const entries = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [
        name,
        typeof value === 'string' ? value : '',
      ]),
    );
    const { name = '', reach = 'all' } = entries;
    add.mutate({ name: name.trim(), reach: reach as NewChannel['reach'], place: placeOf(kind, entries) });
  }
  if (add.data?.secret !== undefined)
    return (
      <Dialog title="Its secret" onClose={onClose}>
        <p>By this the receiver knows that a message is from Hearth. It is shown once.</p>
        <CopyLine label="Secret" text={add.data.secret} isWide />
        <div className={styles.actions}>
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title="Tell me by" onClose={onClose}>
      <form className={styles.form} onSubmit={onSubmit}>
        <SelectField
          label="Way"
          value={kind}
          onChange={({ currentTarget: { value } }) => setKind(value as ChannelPlace['kind'])}
        >
          {kinds.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        <Field
          key={kind}
          label="Name"
          name="name"
          defaultValue={channelNames[kind]}
          required
          maxLength={60}
        />
        {placeFields[kind].map(({ name, label, hint, value = '', isSecret = false, isOptional = false }) => (
          <Field
            key={`${kind} ${name}`}
            label={isOptional ? `${label}, if it has one` : label}
            name={name}
            hint={hint}
            defaultValue={value}
            type={isSecret ? 'password' : 'text'}
            autoComplete="off"
            required={!isOptional}
          />
        ))}
        <SelectField label="What for" name="reach" defaultValue="all">
          {reaches.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        {add.error && (
          <p role="alert" className={styles.error}>
            {wordsFor(add.error)}
          </p>
        )}
        <div className={styles.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={add.isPending}>
            {add.isPending ? 'Adding…' : 'Add'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
