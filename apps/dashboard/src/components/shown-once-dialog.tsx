import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import content from './content.module.css';
import { CopyLine } from './copy-line.tsx';
import { Dialog } from './dialog.tsx';

interface Props {
  title: string;
  /** What it is for, and that it is not shown again. */
  children: ReactNode;
  /** What it is: 'Token'. */
  label: string;
  text: string;
  /** What the button says. */
  taken?: string;
  onClose: () => void;
}

/** A secret that is shown this once, to be copied. */
export function ShownOnceDialog({ title, children, label, text, taken = 'I have it', onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <CopyLine label={label} text={text} isWide />
      <div className={content.actions}>
        <Button look="primary" onClick={onClose}>
          {taken}
        </Button>
      </div>
    </Dialog>
  );
}
