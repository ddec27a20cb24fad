import { useMutation } from '@tanstack/react-query';
import type { ReactNode, SubmitEvent } from 'react';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import styles from '../../components/content.module.css';

interface Props {
  title: string;
  /** What is about to happen. */
  children: ReactNode;
  /** What the button says. */
  doIt: string;
  run: (password: string) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for the password before something of the account is changed. */
export function PasswordAgain({ title, children, doIt, run, onClose }: Props) {
  const running = useMutation({ mutationFn: run });
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    running.mutate(new FormData(event.currentTarget).get('password') as string);
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      <form className={styles.form} onSubmit={onSubmit}>
        <Field
          label="Your password"
          name="password"
          type="password"
          required
          maxLength={256}
          autoComplete="current-password"
        />
        {running.error && (
          <p role="alert" className={styles.error}>
            {wordsFor(running.error)}
          </p>
        )}
        <div className={styles.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={running.isPending}>
            {doIt}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
