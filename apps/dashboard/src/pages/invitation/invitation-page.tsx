import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../../api/client.ts';
import { fieldWords, wordsFor } from '../../api/problem.ts';
import { forgetSession, keys } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Logo } from '../../components/logo.tsx';
import { roleWords } from '../../role-words.ts';
import styles from '../alone.module.css';

/** Where the link of an invitation leads: the guest chooses a name and a password, and is in. */
export function InvitationPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [token] = useState(() => location.hash.slice(1));
  const [isUsed, setUsed] = useState(false);
  const welcome = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => call('readInvitation', { body: { token } }),
    enabled: !isUsed,
    staleTime: Infinity,
    retry: false,
  });
  const accept = useMutation({
    mutationFn: (body: { name: string; password: string }) =>
      call('acceptInvitation', { body: { token, ...body } }),
    onSuccess: async (session) => {
      // Forgotten below, and not to be read again: it is not there any more.
      setUsed(true);
      // Whoever was signed in here before is not any more.
      forgetSession(client);
      client.setQueryData(keys.session, session);
      await navigate('/', { replace: true });
    },
  });
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    accept.mutate({ name: form.get('name') as string, password: form.get('password') as string });
  }
  const nameError = fieldWords(accept.error, 'name');
  const passwordError = fieldWords(accept.error, 'password');
  const error = welcome.error ?? (nameError || passwordError ? null : accept.error);
  return (
    <main className={styles.page}>
      <title>Invitation · Hearth</title>
      <div className={styles.card}>
        <Logo isLarge />
        <h1>{welcome.data ? `Welcome to ${welcome.data.home}` : 'An invitation'}</h1>
        {welcome.data && (
          <p className={styles.lead}>
            {welcome.data.madeBy} invites you: a {roleWords[welcome.data.role].name.toLowerCase()}, who{' '}
            {roleWords[welcome.data.role].may}.
          </p>
        )}
        {welcome.data && (
          <form className={styles.form} onSubmit={onSubmit}>
            <Field
              label="Your name"
              name="name"
              error={nameError}
              required
              autoComplete="username"
              maxLength={60}
            />
            <Field
              label="Password"
              name="password"
              type="password"
              hint="At least 10 characters. Three words that only you would put together do well."
              error={passwordError}
              required
              minLength={10}
              maxLength={256}
              autoComplete="new-password"
            />
            <Button look="primary" type="submit" disabled={accept.isPending}>
              {accept.isPending ? 'Coming in…' : 'Come in'}
            </Button>
          </form>
        )}
        {error && (
          <p className={styles.error} role="alert">
            {wordsFor(error)}
          </p>
        )}
      </div>
    </main>
  );
}
