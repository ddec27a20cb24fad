import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { DialogForm } from '../dialog-form.tsx';
import { OwnPasswordField } from '../../components/own-password-field.tsx';

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
  const { mutate, isPending, error } = useMutation({ mutationFn: run });
  return (
    <DialogForm
      {...{ title, doIt, isPending, error, onClose }}
      lead={<p>{children}</p>}
      onSubmit={(form) => mutate(new FormData(form).get('password') as string)}
    >
      <OwnPasswordField />
    </DialogForm>
  );
}
