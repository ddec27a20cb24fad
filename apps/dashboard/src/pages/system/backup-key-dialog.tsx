import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { systemKeys } from '../../api/system-queries.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import styles from './system-page.module.css';

/** Shows the key to the backups, once, and says what to do with it. */
export function BackupKeyDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const show = useMutation({
    mutationFn: () => call('showBackupKey', {}),
  });
  // Told to the panel only now: it would close this with the key still unread.
  const onDone = () => {
    onClose();
    void client.invalidateQueries({ queryKey: systemKeys.backups });
  };
  if (show.data)
    return (
      <Dialog title="The key to your backups" onClose={onDone}>
        <p className={styles.warn}>This is the only time it is shown. Copy it now.</p>
        <CopyLine label="Key" text={show.data.secret} isWide />
        <p>
          Print it, or put it into a password manager: somewhere that survives this machine. Whoever has it
          can read your backups.
        </p>
        <div className={content.actions}>
          <Button look="primary" onClick={onDone}>
            I have it
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title="Show the key?" onClose={onClose}>
      <p>
        If this machine breaks, a backup is restored on another one with this key. Hearth shows it once, so
        have paper or a password manager at hand.
      </p>
      {show.error && (
        <p role="alert" className={content.error}>
          {wordsFor(show.error)}
        </p>
      )}
      <div className={content.actions}>
        <Button onClick={onClose}>Not now</Button>
        <Button look="primary" disabled={show.isPending} onClick={() => show.mutate()}>
          Show it
        </Button>
      </div>
    </Dialog>
  );
}
