import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import type { NewToken, TokenScope } from '@hearth/contract';
import { tokensKey } from '../../api/account-queries.ts';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { useSession } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
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
      <Dialog title="The token" onClose={onClose}>
        <p>Copy it into the program, as a bearer token. It is not shown again.</p>
        <CopyLine label="Token" text={make.data.secret} isWide />
        <div className={styles.actions}>
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </Dialog>
    );

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    make.mutate({
      name: form.get('name') as string,
      scopes: form.getAll('scope') as TokenScope[],
      days: Number(form.get('days')),
      password: form.get('password') as string,
    });
  }
  const scopes = Object.entries(scopeWords).filter(([scope]) => isOwner || scope !== 'admin');
  return (
    <Dialog title="A token for a program" onClose={onClose}>
      <form className={styles.form} onSubmit={onSubmit}>
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
        <Field
          label="Your password"
          name="password"
          type="password"
          required
          maxLength={256}
          autoComplete="current-password"
        />
        {make.error && (
          <p role="alert" className={styles.error}>
            {wordsFor(make.error)}
          </p>
        )}
        <div className={styles.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={make.isPending}>
            Make a token
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
