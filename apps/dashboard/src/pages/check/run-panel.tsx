import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { CheckRun, CheckStep } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CodeWords } from '../../components/code-words.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { HandIcon } from '../../components/icons.tsx';
import { Panel } from '../../components/panel.tsx';
import { Progress } from '../../components/progress.tsx';
import { ruleWords, runWords, stepWords } from '../../check-words.ts';
import { useFormat } from '../../format-context.ts';
import styles from './check-page.module.css';
import own from './run.module.css';

/** What the person at the bench has to do now. */
function Step({ step, isAway, onAnswer }: { step: CheckStep; isAway: boolean; onAnswer: () => void }) {
  const client = useQueryClient();
  const answer = useMutation({
    mutationFn: (isDone: boolean) => call('answerStep', { body: { number: step.number, isDone } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.check }),
  });
  const say = (isDone: boolean): void => {
    onAnswer();
    answer.mutate(isDone);
  };
  const isOff = isAway || answer.isPending;
  return (
    <div className={own.step}>
      <p role="alert" className={own.stepWords}>
        <HandIcon />
        <span>{stepWords[step.movement]}.</span>
      </p>
      <div className={styles.actions}>
        <Button look="primary" disabled={isOff} onClick={() => say(true)}>
          Done
        </Button>
        <Button disabled={isOff} onClick={() => say(false)}>
          It can’t be done
        </Button>
        <span className={styles.hint}>
          Waits for <Countdown untilAt={step.until} />
        </span>
      </div>
      {answer.error && (
        <p role="alert" className={styles.error}>
          {wordsFor(answer.error)}
        </p>
      )}
    </div>
  );
}

interface Props {
  run: CheckRun;
  isStopping: boolean;
  isAway: boolean;
  onStop: () => void;
}

/** How far a run is, what is being tried, and what a hand has to do for it. */
export function RunPanel({ run, isStopping, isAway, onStop }: Props) {
  const format = useFormat();
  const { asked, rules, results, step, device } = run;
  // The buttons go with the step: whoever uses the keyboard stays here for the next one.
  const present = useRef<HTMLDivElement>(null);
  const now = rules.find(({ id }) => id === run.now);
  return (
    <Panel title={`Checking ${asked.device}`}>
      <div className={own.lead}>
        <p className={own.figure}>
          {format.number(results.length)} <span className={own.of}>of {format.number(rules.length)}</span>
        </p>
        <p className={styles.hint}>
          {[device?.maker, device?.model].filter(Boolean).join(' ') || 'It has not said what it is.'}
        </p>
      </div>
      <Progress label={runWords(run, format)} share={results.length / rules.length} />
      <div className={own.present} ref={present} tabIndex={-1}>
        {step ? (
          <Step key={step.number} step={step} isAway={isAway} onAnswer={() => present.current?.focus()} />
        ) : (
          <p className={own.now}>
            <span>Now</span> <CodeWords>{now ? ruleWords(now) : 'Between two checks'}</CodeWords>
          </p>
        )}
      </div>
      <div className={styles.actions}>
        <Button disabled={isAway || isStopping} onClick={onStop}>
          {isStopping ? 'Stopping…' : 'Stop'}
        </Button>
        {!asked.isQuick && (
          <span className={styles.hint}>In full it takes an hour and more; you may leave this page.</span>
        )}
      </div>
    </Panel>
  );
}
