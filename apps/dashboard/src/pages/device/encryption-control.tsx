import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Device, PayloadEncryption } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys, useDeviceDetail } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useFormat } from '../../format-context.ts';
import styles from './device-page.module.css';

/** Both calls change what the device's page says of its encryption. */
function useSwitch(device: Device) {
  const client = useQueryClient();
  const params = { id: device.id };
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.device(device.id) });
  return {
    on: useMutation({ mutationFn: () => call('encrypt', { params }), onSuccess }),
    off: useMutation({ mutationFn: () => call('stopEncrypting', { params }), onSuccess }),
  };
}

interface DialogProps {
  device: Device;
  encryption: PayloadEncryption | null;
  onClose: () => void;
}

function EncryptionDialog({ device, encryption, onClose }: DialogProps) {
  const { on, off } = useSwitch(device);
  const error = on.error ?? off.error;
  if (on.data)
    return (
      <Dialog title={`Key of ${device.name}`} onClose={onClose}>
        <p className={styles.note}>The key is shown this once. Copy it before you close.</p>
        <CopyLine label="Key id" text={String(on.data.keyId)} />
        <CopyLine isWide label="Key" text={on.data.secret} />
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </Dialog>
    );
  return (
    <Dialog title={encryption ? 'A new key?' : `Encrypt what ${device.name} says?`} onClose={onClose}>
      <p>
        {encryption
          ? 'The present key is void at once. Until the device has the new one, nothing it says is taken.'
          : 'For a device that cannot do TLS, and whose firmware knows Hearth’s envelope. From now on nothing that it says in clear is taken.'}
      </p>
      {error && (
        <p role="alert" className={styles.error}>
          {wordsFor(error)}
        </p>
      )}
      <div className={styles.actions}>
        <Button onClick={onClose}>Leave it</Button>
        {encryption && (
          <Button
            look="danger"
            disabled={off.isPending}
            onClick={() => off.mutate(undefined, { onSuccess: onClose })}
          >
            Stop encrypting
          </Button>
        )}
        <Button look="primary" disabled={on.isPending} onClick={() => on.mutate()}>
          {on.isPending ? 'Making it…' : encryption ? 'Make a new key' : 'Make its key'}
        </Button>
      </div>
    </Dialog>
  );
}

/** Says whether a device's payloads are encrypted, and switches it. */
export function EncryptionControl({ device }: { device: Device }) {
  const format = useFormat();
  const { data } = useDeviceDetail(device.id);
  const [isOpen, setOpen] = useState(false);
  if (!data) return null;
  const { encryption } = data;
  return (
    <>
      {encryption && (
        <p className={styles.note}>
          Payloads are encrypted, with key {encryption.keyId} since {format.dateTime(encryption.since)}.
        </p>
      )}
      <Button className={styles.remove} onClick={() => setOpen(true)}>
        {encryption ? 'Change its encryption…' : 'Encrypt its payloads…'}
      </Button>
      {isOpen && <EncryptionDialog device={device} encryption={encryption} onClose={() => setOpen(false)} />}
    </>
  );
}
