import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type SubmitEvent } from 'react';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import styles from '../alone.module.css';
import type { Draft } from './setup-page.tsx';

/** As many letters and digits as a code has, without its hyphens. */
const codeLength = 12;
const passwordLength = 10;

interface Props {
  draft: Draft;
  onNext: (part: Pick<Draft, 'code' | 'name' | 'password'>) => void;
}

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
  return { check, isChecked: check.isSuccess && check.variables === code };
}

/** Code and account. The code is checked as soon as it is whole, before anything else is filled in. */
export function AccountStep({ draft, onNext }: Props) {
  const [code, setCode] = useState(draft.code);
  const { check, isChecked } = useCodeCheck(code);

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const part = { code, name: form.get('name') as string, password: form.get('password') as string };
    if (isChecked) onNext(part);
    else check.mutate(code, { onSuccess: () => onNext(part) });
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
          hint={isChecked ? '✓ The code is right.' : 'It was printed where Hearth was started.'}
          error={check.error ? wordsFor(check.error) : undefined}
          required
          minLength={codeLength}
          maxLength={20}
          placeholder="XXXX-XXXX-XXXX"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value.trim())}
        />
        <Field
          label="Your name"
          name="name"
          required
          maxLength={60}
          autoComplete="username"
          defaultValue={draft.name}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          hint={`At least ${passwordLength} characters. Three words that only you would put together do well.`}
          required
          minLength={passwordLength}
          maxLength={256}
          autoComplete="new-password"
          defaultValue={draft.password}
        />
        <Button look="primary" type="submit" disabled={check.isPending}>
          Continue
        </Button>
      </form>
    </>
  );
}
