import type { ReactNode, SubmitEvent } from 'react';
import { wordsFor } from '../api/problem.ts';
import { Button } from '../components/button.tsx';
import content from '../components/content.module.css';
import { Dialog } from '../components/dialog.tsx';

interface Props {
  title: string;
  /** What stands before the fields. */
  lead?: ReactNode;
  /** The fields. */
  children: ReactNode;
  /** What the button says, and what it says meanwhile. */
  doIt: string;
  doing?: string;
  /** Of what was asked for: whether it is under way, and what it failed with. */
  isPending: boolean;
  error: unknown;
  onSubmit: (form: HTMLFormElement) => void;
  onClose: () => void;
}

/** A form in a dialog, which says what went wrong with it and can be left. */
export function DialogForm(props: Props) {
  const { title, lead, children, doIt, doing = doIt, isPending, error, onSubmit, onClose } = props;
  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    onSubmit(event.currentTarget);
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {lead}
      <form className={content.form} onSubmit={submit}>
        {children}
        {error !== null && (
          <p role="alert" className={content.error}>
            {wordsFor(error)}
          </p>
        )}
        <div className={content.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={isPending}>
            {isPending ? doing : doIt}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
