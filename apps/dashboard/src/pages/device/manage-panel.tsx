import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';
import type { Device, DevicePatch } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { applyChanges } from '../../api/live-cache.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Panel } from '../../components/panel.tsx';
import { RoomField, useRoomChoice } from '../room-choice.tsx';
import { EncryptionControl } from './encryption-control.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import styles from './device-page.module.css';

/** Name and room in one form; a room that does not exist yet is made first. */
function useChange(device: Device, settleRoom: () => Promise<string | null>) {
  const client = useQueryClient();
  const [formerRoom, setFormerRoom] = useState(device.roomId);
  return useMutation({
    mutationFn: async (name: string) => {
      const roomId = await settleRoom();
      // A room that was left as it is was not chosen: the device may still name one.
      const patch: DevicePatch = { name, ...(roomId !== formerRoom && { roomId }) };
      return call('changeDevice', { params: { id: device.id }, body: patch });
    },
    onSuccess: async (changed) => {
      setFormerRoom(changed.roomId);
      client.setQueryData<Device[]>(
        keys.devices,
        (devices) => devices && applyChanges(devices, [{ event: 'device', data: changed }]).devices,
      );
      await client.invalidateQueries({ queryKey: keys.rooms });
    },
  });
}

function ChangeForm({ device }: { device: Device }) {
  const { choice, setChoice, settle } = useRoomChoice(device.roomId);
  const change = useChange(device, settle);
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    change.mutate(new FormData(event.currentTarget).get('name') as string);
  }
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <Field label="Name" name="name" defaultValue={device.name} required maxLength={60} autoComplete="off" />
      {device.role === 'device' && <RoomField choice={choice} onChange={setChoice} none="No room" />}
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
      <p>
        {device.role === 'gateway'
          ? 'It can no longer connect. The devices that it heard stay, with their readings.'
          : 'It can no longer connect, and disappears from its room. The readings it sent stay.'}
      </p>
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

/** Rename a device, move it to another room, change its password, encrypt what it says, remove it. */
export function ManagePanel({ device }: { device: Device }) {
  const [isRemoving, setRemoving] = useState(false);
  const [isChanging, setChanging] = useState(false);
  return (
    <Panel title={device.role === 'gateway' ? 'Name' : 'Name and room'}>
      <ChangeForm device={device} />
      <hr className={styles.rule} />
      {device.source === 'contract' && (
        <Button className={styles.remove} onClick={() => setChanging(true)}>
          Change its password…
        </Button>
      )}
      {device.source === 'contract' && device.role === 'device' && !device.about?.simulated && (
        <EncryptionControl device={device} />
      )}
      {device.source === 'contract' && device.role === 'device' && !device.about?.simulated && (
        <ButtonLink to={`/check?device=${device.id}`} className={styles.remove}>
          Check it against the contract
        </ButtonLink>
      )}
      <Button look="danger" className={styles.remove} onClick={() => setRemoving(true)}>
        Remove this {device.role}…
      </Button>
      {isChanging && <PasswordDialog device={device} onClose={() => setChanging(false)} />}
      {isRemoving && <RemoveDialog device={device} onClose={() => setRemoving(false)} />}
    </Panel>
  );
}
