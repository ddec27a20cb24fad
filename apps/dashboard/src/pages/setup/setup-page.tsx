import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Navigate, useLocation, useNavigate } from 'react-router';
import type { Setup } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { RequestFailure, wordsFor } from '../../api/problem.ts';
import { keys, useSetupState } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Logo } from '../../components/logo.tsx';
import { Failed } from '../../components/notice.tsx';
import { LoadingWord } from '../../components/skeletons.tsx';
import styles from '../alone.module.css';
import { AccountStep } from './account-step.tsx';
import { HomeStep } from './home-step.tsx';
import { StartStep } from './start-step.tsx';

/** What the first two screens gather. */
export type Draft = Omit<Setup, 'start'>;

function firstDraft(hash: string): Draft {
  const locale = new Intl.Locale(navigator.language).maximize();
  return {
    code: new URLSearchParams(hash.slice(1)).get('code') ?? '',
    name: '',
    password: '',
    home: 'Home',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    temperatureUnit: locale.region === 'US' ? 'fahrenheit' : 'celsius',
  };
}

const stepNames = ['Your account', 'Your home', 'Where to begin'];

function Progress({ step }: { step: number }) {
  return (
    <ol className={styles.steps} aria-label={`Step ${step + 1} of 3: ${stepNames[step]}`}>
      {stepNames.map((name, i) => (
        <li key={name} data-done={i <= step ? '' : undefined} />
      ))}
    </ol>
  );
}

/** The first run: code and account; home; where to begin. Three screens, six fields, no default password. */
export function SetupPage() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const state = useSetupState(true);
  const [step, setStep] = useState(0);
  const [draft, setDraft] = useState(() => firstDraft(hash));
  const setUp = useMutation({
    mutationFn: (start: Setup['start']) => call('setUp', { body: { ...draft, start } }),
    onSuccess: async (session, start) => {
      client.setQueryData(keys.session, session);
      await navigate(start === 'device' ? '/devices?connect' : '/', { replace: true });
    },
    onError: (error) => {
      // The code may have run out while the rest was filled in: back to where it is asked for.
      if (error instanceof RequestFailure && error.code === 'wrong-code') setStep(0);
    },
  });
  const go = (part: Partial<Draft>, next: number) => {
    setDraft({ ...draft, ...part });
    setStep(next);
  };

  if (state.data && !state.data.isNeeded && !setUp.isPending && !setUp.isSuccess)
    return <Navigate to="/" replace />;
  return (
    <main className={styles.page}>
      <title>Set up · Hearth</title>
      <div className={styles.card}>
        <Logo isLarge />
        {state.error ? (
          <Failed isPage title="Set-up could not start" onRetry={() => void state.refetch()}>
            {wordsFor(state.error)}
          </Failed>
        ) : !state.data ? (
          <LoadingWord />
        ) : (
          <>
            <Progress step={step} />
            {step === 0 && <AccountStep draft={draft} onNext={(part) => go(part, 1)} />}
            {step === 1 && <HomeStep draft={draft} onNext={(part) => go(part, 2)} />}
            {step === 2 && <StartStep onStart={(start) => setUp.mutate(start)} isPending={setUp.isPending} />}
            {setUp.error && (
              <p className={styles.error} role="alert">
                {wordsFor(setUp.error)}
              </p>
            )}
            {step > 0 && (
              <Button look="quiet" className={styles.back} onClick={() => setStep(step - 1)}>
                Back
              </Button>
            )}
          </>
        )}
      </div>
    </main>
  );
}
