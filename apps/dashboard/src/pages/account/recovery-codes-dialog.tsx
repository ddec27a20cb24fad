import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import styles from '../../components/content.module.css';

/** The recovery codes, this once. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Dialog title="Your recovery codes" onClose={onClose}>
      <p>
        Each lets you in once when the phone is not there. They are not shown again: print them, or keep them
        where your passwords are.
      </p>
      <CopyLine label="Recovery codes" text={codes.join('\n')} isWide />
      <div className={styles.actions}>
        <Button look="primary" onClick={onClose}>
          I have them
        </Button>
      </div>
    </Dialog>
  );
}
