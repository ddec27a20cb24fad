import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';
import type { Device, DevicePatch } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { applyChanges } from '../../api/live-cache.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys, useRooms } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import styles from './device-page.module.css';

const newRoom = '+';

/** Name and room in one form; a room that does not exist yet is made first. */
function useChange(device: Device) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, room, roomName }: { name: string; room: string; roomName: string }) => {
      const made = room === newRoom ? await call('addRoom', { body: { name: roomName } }) : null;
      const patch: DevicePatch = { name, roomId: made?.id ?? (room || null) };
      return call('changeDevice', { params: { id: device.id }, body: patch });
    },
    onSuccess: async (changed) => {
      client.setQueryData<Device[]>(
        keys.devices,
        (devices) => devices && applyChanges(devices, [{ event: 'device', data: changed }]).devices,
      );
      await client.invalidateQueries({ queryKey: keys.rooms });
    },
  });
}

function ChangeForm({ device }: { device: Device }) {
  const rooms = useRooms();
  const change = useChange(device);
  const [room, setRoom] = useState(device.roomId ?? '');
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    change.mutate({
      name: form.get('name') as string,
      room,
      roomName: (form.get('roomName') as string | null) ?? '',
    });
  }
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <Field label="Name" name="name" defaultValue={device.name} required maxLength={60} autoComplete="off" />
      <SelectField label="Room" value={room} onChange={(event) => setRoom(event.currentTarget.value)}>
        <option value="">No room</option>
        {rooms.data?.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
        <option value={newRoom}>A new room…</option>
      </SelectField>
      {room === newRoom && <Field label="Name of the new room" name="roomName" required maxLength={60} />}
      <div className={styles.actions}>
        <Button look="primary" type="submit" disabled={change.isPending}>
          {change.isPending ? 'Saving…' : 'Save'}
        </Button>
        <output className={change.error ? styles.error : styles.note}>
          {change.error ? wordsFor(change.error) : change.isSuccess && 'Saved.'}
        </output>
      </div>
    </form>
  );
}

function RemoveDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => call('removeDevice', { params: { id: device.id } }),
    onSuccess: async () => {
      await navigate('/devices', { replace: true });
      client.setQueryData<Device[]>(keys.devices, (devices) => devices?.filter(({ id }) => id !== device.id));
      client.removeQueries({ queryKey: keys.device(device.id) });
      await client.invalidateQueries({ queryKey: keys.rooms });
    },
  });
  return (
    <Dialog title={`Remove ${device.name}?`} onClose={onClose}>
      <p>It can no longer connect, and disappears from its room. The readings it sent stay.</p>
      {remove.error && (
        <p role="alert" className={styles.error}>
          {wordsFor(remove.error)}
        </p>
      )}
      <div className={styles.actions}>
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {remove.isPending ? 'Removing…' : `Remove ${device.name}`}
        </Button>
      </div>
    </Dialog>
  );
}

/** Rename a device, move it to another room, remove it. */
export function ManagePanel({ device }: { device: Device }) {
  const [isRemoving, setRemoving] = useState(false);
  return (
    <section className={styles.panel} aria-labelledby="manage">
      <h2 id="manage">Name and room</h2>
      <ChangeForm device={device} />
      <hr className={styles.rule} />
      <Button look="danger" className={styles.remove} onClick={() => setRemoving(true)}>
        Remove this device…
      </Button>
      {isRemoving && <RemoveDialog device={device} onClose={() => setRemoving(false)} />}
    </section>
  );
}
