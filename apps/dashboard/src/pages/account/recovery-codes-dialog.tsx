import { ShownOnceDialog } from '../../components/shown-once-dialog.tsx';

/** The recovery codes, this once. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <ShownOnceDialog
      title="Your recovery codes"
      label="Recovery codes"
      text={codes.join('\n')}
      taken="I have them"
      onClose={onClose}
    >
      Each lets you in once when the phone is not there. They are not shown again: print them, or keep them
      where your passwords are.
    </ShownOnceDialog>
  );
}
