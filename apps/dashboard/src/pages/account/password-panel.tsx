import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, type SubmitEvent } from 'react';
import type { ChangePassword } from '@hearth/contract';
import { sessionsKey } from '../../api/account-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { fieldWords, wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Panel } from '../../components/panel.tsx';
import styles from '../../components/content.module.css';

/** Another password by the present one; everywhere but here one is signed out then. */
export function PasswordPanel() {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (body: ChangePassword) => call('changePassword', { body }),
    onSuccess: async () => {
      form.current?.reset();
      await client.invalidateQueries({ queryKey: sessionsKey });
    },
  });
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    change.mutate({ present: given.get('present') as string, next: given.get('next') as string });
  }
  const nextError = fieldWords(change.error, 'next');
  return (
    <Panel title="Password" isQuiet>
      <form className={styles.form} ref={form} onSubmit={onSubmit}>
        <Field
          label="Present password"
          name="present"
          type="password"
          required
          maxLength={256}
          autoComplete="current-password"
        />
        <Field
          label="New password"
          name="next"
          type="password"
          hint="At least 10 characters. You are signed out everywhere but here."
          error={nextError}
          required
          minLength={10}
          maxLength={256}
          autoComplete="new-password"
        />
        {change.error && !nextError && (
          <p role="alert" className={styles.error}>
            {wordsFor(change.error)}
          </p>
        )}
        <div className={styles.actions}>
          <Button type="submit" disabled={isAway || change.isPending}>
            Change the password
          </Button>
          <output className={styles.note}>{change.isSuccess && 'It is changed.'}</output>
        </div>
      </form>
    </Panel>
  );
}
