import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { NewToken, TokenScope } from '@hearth/contract';
import { tokensKey } from '../../api/account-queries.ts';
import { call } from '../../api/client.ts';
import { useSession } from '../../api/queries.ts';
import { DialogForm } from '../dialog-form.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { OwnPasswordField } from '../../components/own-password-field.tsx';
import { ShownOnceDialog } from '../../components/shown-once-dialog.tsx';
import { scopeWords } from './scope-words.ts';
import styles from '../../components/content.module.css';

const lives = { 30: '30 days', 90: '90 days', 365: 'A year' };

/** Makes a token: its name, what it may do, and for how long. It is shown once. */
export function TokenDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const isOwner = useSession().data?.user.role === 'owner';
  const make = useMutation({
    mutationFn: (body: NewToken) => call('makeToken', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: tokensKey }),
  });
  if (make.data)
    return (
      <ShownOnceDialog title="The token" label="Token" text={make.data.secret} onClose={onClose}>
        Copy it into the program, as a bearer token. It is not shown again.
      </ShownOnceDialog>
    );

  function onSubmit(element: HTMLFormElement): void {
    const form = new FormData(element);
    make.mutate({
      name: form.get('name') as string,
      scopes: form.getAll('scope') as TokenScope[],
      days: Number(form.get('days')),
      password: form.get('password') as string,
    });
  }
  const scopes = Object.entries(scopeWords).filter(([scope]) => isOwner || scope !== 'admin');
  return (
    <DialogForm
      title="A token for a program"
      doIt="Make a token"
      isPending={make.isPending}
      error={make.error}
      onSubmit={onSubmit}
      onClose={onClose}
    >
      <Field
        label="Name"
        name="name"
        required
        maxLength={60}
        hint="What the program is, such as Wall display."
      />
      <fieldset className={styles.group}>
        <legend>It may</legend>
        {scopes.map(([scope, words]) => (
          <label key={scope} className={styles.check}>
            <input type="checkbox" name="scope" value={scope} defaultChecked={scope === 'read'} />
            {words}
          </label>
        ))}
      </fieldset>
      <SelectField label="For" name="days" defaultValue="90">
        {Object.entries(lives).map(([days, words]) => (
          <option key={days} value={days}>
            {words}
          </option>
        ))}
      </SelectField>
      <OwnPasswordField />
    </DialogForm>
  );
}
