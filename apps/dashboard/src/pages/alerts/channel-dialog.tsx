import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { Channel, ChannelPlace, MadeChannel, NewChannel } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { channelNames, fieldValue, placeFields, placeOf, reachNames } from '../../channel-words.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { ShownOnceDialog } from '../../components/shown-once-dialog.tsx';

/** A phone is added by itself, where it is. */
const kinds = Object.entries(channelNames).filter(([kind]) => kind !== 'push');
const reaches = Object.entries(reachNames);

function PlaceFields({ kind, channel }: { kind: ChannelPlace['kind']; channel: Channel | undefined }) {
  return placeFields[kind].map((field) => {
    const { name, label, hint, isSecret = false, isOptional = false } = field;
    const isKept = isSecret && channel?.hasSecret === true;
    return (
      <Field
        key={`${kind} ${name}`}
        label={isOptional && !isKept ? `${label}, if it has one` : label}
        name={name}
        hint={isKept ? 'Empty keeps the present one; another server needs it anew.' : hint}
        defaultValue={fieldValue(field, channel?.place)}
        type={isSecret ? 'password' : 'text'}
        autoComplete="off"
        required={!isOptional && !isKept}
      />
    );
  });
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <ShownOnceDialog title="Its secret" label="Secret" text={secret} onClose={onClose}>
      By this the receiver knows that a message is from Hearth. It is shown once.
    </ShownOnceDialog>
  );
}

/** One more way in which people are told, or a `channel` that is changed; a webhook's secret is shown once. */
export function ChannelDialog({ channel, onClose }: { channel?: Channel; onClose: () => void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<ChannelPlace['kind']>(channel?.place.kind ?? 'email');
  const save = useMutation({
    mutationFn: async (body: NewChannel): Promise<MadeChannel> =>
      channel
        ? { channel: await call('changeChannel', { params: { id: String(channel.id) }, body }) }
        : call('addChannel', { body }),
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
    const place = channel?.place.kind === 'push' ? channel.place : placeOf(kind, entries);
    save.mutate({ name: name.trim(), reach: reach as NewChannel['reach'], place });
  }
  if (save.data?.secret !== undefined) return <Secret secret={save.data.secret} onClose={onClose} />;
  return (
    <Dialog title={channel ? `Change ${channel.name}` : 'Tell me by'} onClose={onClose}>
      <form className={content.form} onSubmit={onSubmit}>
        {!channel && (
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
        )}
        {!channel && kind === 'homeassistant' && (
          <p className={content.note}>
            It has an event, <strong>Alert</strong>, that automations begin with. Hearth has to be started
            with HEARTH_HOMEASSISTANT=on.
          </p>
        )}
        <Field
          key={kind}
          label="Name"
          name="name"
          defaultValue={channel?.name ?? channelNames[kind]}
          required
          maxLength={60}
        />
        <PlaceFields kind={kind} channel={channel} />
        <SelectField label="What for" name="reach" defaultValue={channel?.reach ?? 'all'}>
          {reaches.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
        {save.error && (
          <p role="alert" className={content.error}>
            {wordsFor(save.error)}
          </p>
        )}
        <div className={content.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {channel ? (save.isPending ? 'Saving…' : 'Save') : save.isPending ? 'Adding…' : 'Add'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
