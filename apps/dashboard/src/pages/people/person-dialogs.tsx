import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Person, Standing } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { peopleKey } from '../../api/people-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { useSession } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { DialogForm } from '../dialog-form.tsx';
import { useStanding } from './standing-fields.tsx';
import styles from '../../components/content.module.css';

interface Props {
  person: Person;
  onClose: () => void;
}

/** Runs what changes a person; closes and looks again when it is done. */
function usePersonChange<T>(run: (given: T) => Promise<unknown>, onClose: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: onClose,
    onSettled: () =>
      Promise.all([peopleKey, ['audit']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** Another role, other rooms; they sign in anew as what they are then. */
export function ChangeDialog({ person: { id, name, role, rooms }, onClose }: Props) {
  const isMe = useSession().data?.user.name === name;
  const { fields, read } = useStanding({ role, rooms });
  const change = usePersonChange(
    (body: Standing) => call('changePerson', { params: { id: String(id) }, body }),
    onClose,
  );
  return (
    <DialogForm
      title={`What ${name} may`}
      doIt="Change it"
      isPending={change.isPending}
      error={change.error}
      onSubmit={(form) => change.mutate(read(form))}
      onClose={onClose}
    >
      {fields}
      <p className={styles.note}>
        {isMe ? 'This is you: you are signed out, here too.' : `${name} is signed out, and signs in again.`}
      </p>
    </DialogForm>
  );
}

/** Asks before somebody is gone. */
export function RemoveDialog({ person: { id, name }, onClose }: Props) {
  const isMe = useSession().data?.user.name === name;
  const remove = usePersonChange(() => call('removePerson', { params: { id: String(id) } }), onClose);
  return (
    <Dialog title={`Remove ${name}?`} onClose={onClose}>
      <p>
        {isMe ? 'This is you: you are' : `${name} is`} signed out at once, programs with a token too, and in
        again only by a new invitation.
      </p>
      {remove.error && (
        <p role="alert" className={styles.error}>
          {wordsFor(remove.error)}
        </p>
      )}
      <div className={styles.actions}>
        <Button onClick={onClose}>Keep {name}</Button>
        <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate(undefined)}>
          Remove {name}
        </Button>
      </div>
    </Dialog>
  );
}
