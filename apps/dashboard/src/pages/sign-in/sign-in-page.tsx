import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import { Navigate, useLocation } from 'react-router';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys, useSession } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Logo } from '../../components/logo.tsx';
import styles from '../alone.module.css';

function backFrom(state: unknown): string {
  const back = (state as { back?: unknown } | null)?.back;
  return typeof back === 'string' && back.startsWith('/') ? back : '/';
}

/** Lets a person in, and takes them back to where they were. */
export function SignInPage() {
  const client = useQueryClient();
  const location = useLocation();
  const session = useSession();
  const signIn = useMutation({
    mutationFn: (body: { name: string; password: string }) => call('signIn', { body }),
    onSuccess: (data) => client.setQueryData(keys.session, data),
  });
  if (session.data) return <Navigate to={backFrom(location.state)} replace />;

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ name: form.get('name') as string, password: form.get('password') as string });
  }
  return (
    <main className={styles.page}>
      <title>Sign in · Hearth</title>
      <div className={styles.card}>
        <Logo isLarge />
        <h1>Welcome back</h1>
        <form className={styles.form} onSubmit={onSubmit}>
          <Field label="Name" name="name" required autoComplete="username" maxLength={60} />
          <Field label="Password" name="password" type="password" required autoComplete="current-password" />
          {signIn.error && (
            <p className={styles.error} role="alert">
              {wordsFor(signIn.error)}
            </p>
          )}
          <Button look="primary" type="submit" disabled={signIn.isPending}>
            {signIn.isPending ? 'Signing in…' : 'Sign in'}
          </Button>
        </form>
      </div>
    </main>
  );
}
