import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { NewDevice } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { RequestFailure, wordsFor } from '../../api/problem.ts';
import { keys, useRooms } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { CredentialView } from './credential-view.tsx';
import styles from './devices-page.module.css';

/** A device id made of a name: 'Küche Thermostat' becomes 'kuche-thermostat'. */
function idFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-+|-+$/gu, '')
    .slice(0, 36)
    .replace(/-+$/u, '');
}

function RoomField() {
  const rooms = useRooms();
  return (
    <SelectField
      label="Room"
      name="room"
      hint="Left open, it takes the room that the device names."
      defaultValue=""
    >
      <option value="">As the device says</option>
      {rooms.data?.map((room) => (
        <option key={room.id} value={room.id}>
          {room.name}
        </option>
      ))}
    </SelectField>
  );
}

function NewDeviceForm({
  onSend,
  error,
  isPending,
}: {
  onSend: (device: NewDevice) => void;
  error: unknown;
  isPending: boolean;
}) {
  const [name, setName] = useState('');
  const [ownId, setOwnId] = useState<string | null>(null);
  const id = ownId ?? idFrom(name);
  const isTaken = error instanceof RequestFailure && error.code === 'already-there';

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const roomId = new FormData(event.currentTarget).get('room') as string;
    onSend({ id, name, ...(roomId ? { roomId } : {}) });
  }
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <Field
        label="Name"
        hint="What you call it: Kitchen thermostat"
        required
        maxLength={60}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Field
        label="Device id"
        hint="How it signs in. Lower case, digits and hyphens, 3 to 36 characters."
        error={isTaken ? 'There is a device with this id already. Choose another.' : undefined}
        required
        pattern="[a-z0-9][a-z0-9\-]{1,34}[a-z0-9]"
        title="Lower case, digits and hyphens, 3 to 36 characters"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={id}
        onChange={(event) => setOwnId(event.currentTarget.value)}
      />
      <RoomField />
      {Boolean(error) && !isTaken && (
        <p className={styles.error} role="alert">
          {wordsFor(error)}
        </p>
      )}
      <Button look="primary" type="submit" disabled={isPending}>
        {isPending ? 'Making its password…' : 'Make its password'}
      </Button>
    </form>
  );
}

/** Connects a device: name it, then give it the address and password that are shown once. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (body: NewDevice) => call('addDevice', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.devices }),
  });
  return (
    <Dialog title={add.data ? 'Tell your device' : 'Connect a device'} onClose={onClose}>
      {add.data ? (
        <CredentialView credential={add.data} onDone={onClose} />
      ) : (
        <NewDeviceForm onSend={(device) => add.mutate(device)} error={add.error} isPending={add.isPending} />
      )}
    </Dialog>
  );
}
