import { useMutation } from '@tanstack/react-query';
import { useEffect, type SubmitEvent } from 'react';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import styles from '../alone.module.css';
import { errorsOf, stepToMend, type Draft, type StepProps } from './draft.ts';

/** As many letters and digits as a code has, without its hyphens. */
const codeLength = 12;
const passwordLength = 10;

/** Checks a code as soon as it is whole. */
function useCodeCheck(code: string) {
  const check = useMutation({
    mutationFn: (candidate: string) => call('checkSetupCode', { body: { code: candidate } }),
  });
  const { mutate } = check;
  const isWhole = code.replace(/[^0-9a-z]/giu, '').length === codeLength;
  useEffect(() => {
    if (isWhole) mutate(code);
  }, [code, isWhole, mutate]);
  const isOfThis = check.variables === code;
  return { isRight: check.isSuccess && isOfThis, error: isOfThis ? check.error : null };
}

/** Asks whether an account can be as it was typed; nothing is made yet. */
function useAccountCheck(onNext: () => void) {
  return useMutation({
    mutationFn: ({ code, name, password }: Draft) =>
      call('checkSetupCode', { body: { code, name, password } }),
    onSuccess: onNext,
  });
}

/** Code and account. The code is checked as soon as it is whole, the account before the next screen. */
export function AccountStep({ draft, errors, onChange, onNext }: StepProps & { onNext: () => void }) {
  const code = useCodeCheck(draft.code);
  const account = useAccountCheck(onNext);
  // A refusal is of what was sent: it goes as soon as the field is changed.
  const sent = account.variables;
  const found = { ...errors, ...errorsOf(account.error) };
  const errorOf = (field: 'code' | 'name' | 'password') =>
    !sent || sent[field] === draft[field] ? found[field] : undefined;

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    account.mutate(draft);
  }
  return (
    <>
      <h1>Welcome to Hearth</h1>
      <p className={styles.lead}>
        First, an account for you. The code proves that you are at the machine it runs on.
      </p>
      <form className={styles.form} onSubmit={onSubmit}>
        <Field
          label="Set-up code"
          hint={code.isRight ? '✓ The code is right.' : 'It was printed where Hearth was started.'}
          error={errorOf('code') ?? (code.error ? wordsFor(code.error) : undefined)}
          required
          minLength={codeLength}
          maxLength={20}
          placeholder="XXXX-XXXX-XXXX"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          value={draft.code}
          onChange={(event) => onChange({ code: event.currentTarget.value.trim() })}
        />
        <Field
          label="Your name"
          error={errorOf('name')}
          required
          maxLength={60}
          autoComplete="username"
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <Field
          label="Password"
          type="password"
          hint={`At least ${passwordLength} characters. Three words that only you would put together do well.`}
          error={errorOf('password')}
          required
          minLength={passwordLength}
          maxLength={256}
          autoComplete="new-password"
          value={draft.password}
          onChange={(event) => onChange({ password: event.currentTarget.value })}
        />
        {account.error && stepToMend(errorsOf(account.error)) === null && (
          <p className={styles.error} role="alert">
            {wordsFor(account.error)}
          </p>
        )}
        <Button look="primary" type="submit" disabled={account.isPending}>
          Continue
        </Button>
      </form>
    </>
  );
}
