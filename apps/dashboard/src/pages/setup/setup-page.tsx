import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Navigate, useLocation, useNavigate } from 'react-router';
import type { Setup } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys, useSetupState } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Logo } from '../../components/logo.tsx';
import { Failed } from '../../components/notice.tsx';
import { LoadingWord } from '../../components/skeletons.tsx';
import styles from '../alone.module.css';
import { AccountStep } from './account-step.tsx';
import { errorsOf, firstDraft, hasAccount, stepToMend, type Draft } from './draft.ts';
import { HomeStep } from './home-step.tsx';
import { StartStep } from './start-step.tsx';

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

/** The screen is part of the browser's history, so that its Back goes back one screen and not out. */
function useStep(draft: Draft): { step: number; goTo: (step: number) => void } {
  const location = useLocation();
  const navigate = useNavigate();
  const wanted = (location.state as { step?: unknown } | null)?.step;
  const step = typeof wanted === 'number' && hasAccount(draft) ? wanted : 0;
  return {
    step,
    goTo(next) {
      if (next < step) void navigate(next - step);
      else void navigate({ pathname: '/setup', hash: location.hash }, { state: { step: next } });
    },
  };
}

/** Makes the owner and the home, and goes there. */
function useSetUp(draft: Draft, onFieldError: (step: number) => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (start: Setup['start']) => call('setUp', { body: { ...draft, start } }),
    onSuccess: async (session, start) => {
      client.setQueryData(keys.session, session);
      await navigate(start === 'device' ? '/devices?connect' : '/', { replace: true });
      await client.invalidateQueries({ queryKey: keys.setup });
    },
    onError: (error) => {
      // The code may have run out while the rest was filled in: back to where it is asked for.
      const step = stepToMend(errorsOf(error));
      if (step !== null) onFieldError(step);
    },
  });
}

/** The first run: code and account; home; where to begin. Three screens, six fields, no default password. */
export function SetupPage() {
  const { hash } = useLocation();
  const state = useSetupState(true);
  const [draft, setDraft] = useState(() => firstDraft(hash));
  const { step, goTo } = useStep(draft);
  const setUp = useSetUp(draft, goTo);
  const errors = errorsOf(setUp.error);
  const onChange = (part: Partial<Draft>) => {
    setUp.reset();
    setDraft({ ...draft, ...part });
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
            {step === 0 && (
              <AccountStep draft={draft} errors={errors} onChange={onChange} onNext={() => goTo(1)} />
            )}
            {step === 1 && (
              <HomeStep draft={draft} errors={errors} onChange={onChange} onNext={() => goTo(2)} />
            )}
            {step === 2 && <StartStep onStart={(start) => setUp.mutate(start)} isPending={setUp.isPending} />}
            {setUp.error && stepToMend(errors) === null && (
              <p className={styles.error} role="alert">
                {wordsFor(setUp.error)}
              </p>
            )}
            {step > 0 && (
              <Button look="quiet" className={styles.back} onClick={() => goTo(step - 1)}>
                Back
              </Button>
            )}
          </>
        )}
      </div>
    </main>
  );
}
