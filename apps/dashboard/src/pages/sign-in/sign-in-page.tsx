import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SubmitEvent } from 'react';
import type { SignIn } from '@hearth/contract';
import { Navigate, useLocation } from 'react-router';
import { call } from '../../api/client.ts';
import { passkeyObstacle, signInByPasskey } from '../../api/passkeys.ts';
import { RequestFailure, wordsFor } from '../../api/problem.ts';
import { keys, useSession } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Logo } from '../../components/logo.tsx';
import styles from '../alone.module.css';

function backFrom(state: unknown): string {
  const back = (state as { back?: unknown } | null)?.back;
  return typeof back === 'string' && back.startsWith('/') ? back : '/';
}

/** The step takes the place of what had the focus. */
const focus = (field: HTMLInputElement | null): void => field?.focus();

/** Lets a person in, and takes them back to where they were. */
export function SignInPage() {
  const client = useQueryClient();
  const location = useLocation();
  const session = useSession();
  const signIn = useMutation({
    mutationFn: (body: SignIn) => call('signIn', { body }),
    onSuccess: (data) => client.setQueryData(keys.session, data),
  });
  const byPasskey = useMutation({
    mutationFn: signInByPasskey,
    onSuccess: (data) => client.setQueryData(keys.session, data),
  });
  if (session.data) return <Navigate to={backFrom(location.state)} replace />;

  const given = signIn.variables;
  const failure = signIn.error instanceof RequestFailure ? signIn.error.code : null;
  const isAsking = failure === 'code-needed';
  // Once a code was asked for it is asked for again, unless the password is found to be another one meanwhile.
  const isSecondStep =
    given !== undefined && (isAsking || (given.code !== undefined && failure !== 'wrong-credentials'));

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    if (isSecondStep) signIn.mutate({ ...given, code: form.get('code') as string });
    else signIn.mutate({ name: form.get('name') as string, password: form.get('password') as string });
  }
  return (
    <main className={styles.page}>
      <title>Sign in · Hearth</title>
      <div className={styles.card}>
        <Logo isLarge />
        <h1>{isSecondStep ? 'One more step' : 'Welcome back'}</h1>
        <form className={styles.form} onSubmit={onSubmit}>
          {isSecondStep ? (
            <Field
              key="code"
              label="Code"
              name="code"
              hint="The six digits that your app shows now, or one of your recovery codes."
              required
              ref={focus}
              autoComplete="one-time-code"
              maxLength={40}
            />
          ) : (
            <>
              <Field label="Name" name="name" required autoComplete="username" maxLength={60} />
              <Field
                label="Password"
                name="password"
                type="password"
                required
                autoComplete="current-password"
              />
            </>
          )}
          {signIn.error && !isAsking && (
            <p className={styles.error} role="alert">
              {wordsFor(signIn.error)}
            </p>
          )}
          <Button look="primary" type="submit" disabled={signIn.isPending}>
            {signIn.isPending ? 'Signing in…' : 'Sign in'}
          </Button>
          {passkeyObstacle() === null && (
            <Button disabled={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
              Use a passkey
            </Button>
          )}
          {byPasskey.error && (
            <p className={styles.error} role="alert">
              {wordsFor(byPasskey.error)}
            </p>
          )}
          {isSecondStep && (
            <Button look="quiet" onClick={() => signIn.reset()}>
              Back
            </Button>
          )}
        </form>
      </div>
    </main>
  );
}
