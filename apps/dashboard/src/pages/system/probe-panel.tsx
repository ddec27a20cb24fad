import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Probes } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { useProbes } from '../../api/system-queries.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Fold } from '../../components/fold.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import { LegTable } from '../../components/leg-table.tsx';
import { Progress } from '../../components/progress.tsx';
import { span } from '../../format.ts';
import { useFormat } from '../../format-context.ts';
import { legCount, probeWords } from '../../probe-words.ts';
import { AnswerPanel } from '../answer-panel.tsx';
import { ReporterList } from './reporter-list.tsx';
import styles from './system-page.module.css';

const stateIcons = { none: <ClockIcon />, good: <CheckIcon />, red: <AlertIcon /> };

function Way({ probes }: { probes: Probes }) {
  const client = useQueryClient();
  const format = useFormat();
  const isAway = useLink().state === 'away';
  const run = useMutation({
    mutationFn: () => call('runProbe', {}),
    onSettled: () => client.invalidateQueries({ queryKey: keys.probes }),
  });
  const { last, failing } = probes;
  const { state, title, words } = probeWords(probes, (ms) => span(ms, format.locale));
  const isRunning = run.isPending || last?.state === 'running';
  const legs = last?.legs ?? [];
  return (
    <>
      <div className={content.lead}>
        <p className={content.figure}>
          <span className={content[state]}>{stateIcons[state]}</span> {title}
        </p>
        <p className={state === 'red' ? styles.bad : content.promise}>{words}</p>
        <p className={content.note}>
          {failing && <>Since {format.dateTime(failing.since)}. </>}
          {last && (
            <>
              Last gone <Age at={last.startedAt} />.
            </>
          )}
        </p>
      </div>
      {isRunning ? (
        <Progress label={`On the way: ${legs.length} of ${legCount} legs`} share={legs.length / legCount} />
      ) : (
        <div className={content.actions}>
          <Button disabled={isAway} onClick={() => run.mutate()}>
            Probe now
          </Button>
        </div>
      )}
      {run.error && (
        <p role="alert" className={content.error}>
          {wordsFor(run.error)}
        </p>
      )}
      <Fold summary="Leg by leg, this week">
        <p className={content.note}>
          Half of all are within the median. Hearth sends a reading of its own, which is in no list and no
          file.
        </p>
        <LegTable last={legs} figures={probes.legs} />
      </Fold>
      <ReporterList />
    </>
  );
}

/** Whether a reading comes through from a device to the page, how long each leg takes, and a try at once. */
export function ProbePanel() {
  const probes = useProbes();
  return (
    <AnswerPanel title="The way of a reading" answer={probes} failure="The probe could not be looked at">
      {(data) => <Way probes={data} />}
    </AnswerPanel>
  );
}
