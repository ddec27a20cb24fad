import { useMutation } from '@tanstack/react-query';
import type { Device } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useFormat } from '../../format-context.ts';
import { CredentialView } from '../devices/credential-view.tsx';
import styles from './device-page.module.css';

/** Gives a device its next password, and says until when the one that it has still works. */
export function PasswordDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const format = useFormat();
  const change = useMutation({
    mutationFn: () => call('changeSecret', { params: { id: device.id } }),
  });
  if (change.data)
    return (
      <Dialog title={`New password of ${device.name}`} onClose={onClose}>
        <CredentialView
          role={device.role}
          credential={change.data}
          note={
            <p className={styles.note}>
              The old password works until the new one is used, at most until{' '}
              {format.dateTime(change.data.formerUntil)}.
            </p>
          }
          onDone={onClose}
        />
      </Dialog>
    );
  return (
    <Dialog title={`Change the password of ${device.name}?`} onClose={onClose}>
      <p>
        You get a new password for it, shown once. The old one works until the new one is used, for a week at
        most: the device stays connected meanwhile.
      </p>
      {change.error && (
        <p role="alert" className={styles.error}>
          {wordsFor(change.error)}
        </p>
      )}
      <div className={styles.actions}>
        <Button onClick={onClose}>Keep it</Button>
        <Button look="primary" disabled={change.isPending} onClick={() => change.mutate()}>
          {change.isPending ? 'Making it…' : 'Make a new password'}
        </Button>
      </div>
    </Dialog>
  );
}
