import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { CheckRun, Conformance, StartCheck } from '@hearth/contract';
import { useConformance } from '../../api/check-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { RequestFailure, wordsFor } from '../../api/problem.ts';
import { keys, useDevices } from '../../api/queries.ts';
import { Age } from '../../components/age.tsx';
import { BackIcon, ClockIcon } from '../../components/icons.tsx';
import { Failed } from '../../components/notice.tsx';
import { Panel, PanelColumn, PanelColumns } from '../../components/panel.tsx';
import { LoadingWord, PanelSkeleton } from '../../components/skeletons.tsx';
import { isOver } from '../../check-words.ts';
import { ChaptersPanel } from './chapters-panel.tsx';
import { FailedPanel } from './failed-panel.tsx';
import { OutcomePanel } from './outcome-panel.tsx';
import { PointPanel } from './point-panel.tsx';
import { RunPanel } from './run-panel.tsx';
import { StartForm } from './start-form.tsx';
import styles from './check-page.module.css';

/** Begins and stops runs; the secret of one that this page began is kept here and nowhere else. */
function useCheck() {
  const client = useQueryClient();
  const refetch = () => client.invalidateQueries({ queryKey: keys.check });
  const start = useMutation({
    mutationFn: (asked: StartCheck) => call('startCheck', { body: asked }),
    onSuccess: ({ run }) => {
      client.setQueryData(keys.check, (before: Conformance | undefined) => ({
        host: before?.host ?? null,
        run,
      }));
      void refetch();
    },
    // Another page began one: it is shown in place of the form.
    onError: (error) => void (error instanceof RequestFailure && error.code === 'check-running' && refetch()),
  });
  const stop = useMutation({ mutationFn: () => call('stopCheck', {}), onSettled: refetch });
  return { start, stop };
}

/** What is said to somebody who has not done it yet. */
function HowItGoes() {
  return (
    <Panel title="How it goes">
      <ol className={styles.steps}>
        <li>Hearth opens a place of its own for this one device, and tells you where to point it.</li>
        <li>It asks, cuts the connection, falls silent and comes back, and looks at what the device does.</li>
        <li>For some checks a hand is needed: you are told what to do, and say when it is done.</li>
        <li>
          What failed is shown with the packets and how to mend it. The certificate is signed, and yours to
          keep.
        </li>
      </ol>
      <p className={styles.hint}>
        Nothing of it reaches your home: no reading is stored, no heater is set. One device is checked at a
        time.
      </p>
    </Panel>
  );
}

/** The names in a URL have brackets around an address of IPv6. */
const hostOfPage = (): string => location.hostname.replace(/^\[(.*)\]$/u, '$1');

function Begin({
  data,
  run,
  start,
  onStart,
}: {
  data: Conformance;
  run: CheckRun | null;
  start: ReturnType<typeof useCheck>['start'];
  onStart: (asked: StartCheck) => void;
}) {
  const [search] = useSearchParams();
  const devices = useDevices();
  const isAway = useLink().state === 'away';
  const device = search.get('device');
  const draft = { host: data.host ?? hostOfPage(), ...run?.asked, ...(device === null ? {} : { device }) };
  return (
    <PanelColumns>
      <PanelColumn>
        <Panel title="Which device">
          {devices.data || devices.error ? (
            <StartForm
              devices={devices.data ?? []}
              draft={draft}
              error={start.error}
              isPending={start.isPending}
              isAway={isAway}
              onStart={onStart}
            />
          ) : (
            <LoadingWord />
          )}
        </Panel>
      </PanelColumn>
      <PanelColumn>
        <HowItGoes />
      </PanelColumn>
    </PanelColumns>
  );
}

function Run({
  run,
  secret,
  stop,
  onAgain,
}: {
  run: CheckRun;
  secret: string | null;
  stop: ReturnType<typeof useCheck>['stop'];
  onAgain: () => void;
}) {
  const isAway = useLink().state === 'away';
  const shared = { run, isAway, isStopping: stop.isPending, onStop: () => stop.mutate() };
  return (
    <PanelColumns>
      <PanelColumn>
        {run.state === 'waiting' ? (
          <PointPanel {...shared} secret={secret} />
        ) : run.state === 'running' ? (
          <RunPanel {...shared} />
        ) : (
          <OutcomePanel run={run} isAway={isAway} onAgain={onAgain} />
        )}
        <FailedPanel run={run} />
      </PanelColumn>
      <PanelColumn>
        <ChaptersPanel run={run} />
      </PanelColumn>
    </PanelColumns>
  );
}

function Loading() {
  return (
    <>
      <LoadingWord />
      <PanelColumns>
        <PanelSkeleton height="420px" />
        <PanelSkeleton height="420px" />
      </PanelColumns>
    </>
  );
}

/** Whether a device keeps the contract: begin a check, follow it, and what came of it. */
export function CheckPage() {
  const conformance = useConformance();
  const { start, stop } = useCheck();
  const [search] = useSearchParams();
  const isAway = useLink().state === 'away';
  // The run that was followed here: its end is shown, until somebody wants another.
  const [followed, setFollowed] = useState<string | null>(null);
  const [former, setFormer] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // What was pressed is gone: the page begins anew, for the eye and for the keyboard.
  const toTop = (): void => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  };
  const { data, error, dataUpdatedAt, refetch } = conformance;
  const run = data?.run ?? null;
  if (run && !isOver(run) && run.id !== followed) setFollowed(run.id);
  const isOfBefore = run !== null && isOver(run) && run.id !== followed && search.has('device');
  const isForm = run === null || run.id === former || isOfBefore;
  const secret = start.data && start.data.run.id === run?.id ? start.data.secret : null;
  return (
    <>
      <title>Check a device · Hearth</title>
      <header className={styles.head}>
        <Link to="/devices" className={styles.back} aria-label="Back to Devices">
          <BackIcon />
        </Link>
        <div className={styles.title}>
          <h1 ref={heading} tabIndex={-1}>
            Check a device
          </h1>
          <p className={styles.sub}>
            Does it keep the contract? For makers, and for anybody who wants to know.
          </p>
        </div>
      </header>
      {data && (isAway || error) && (
        <p className={styles.old}>
          <ClockIcon /> Last known, <Age at={dataUpdatedAt} />
        </p>
      )}
      {!data ? (
        error ? (
          <Failed title="The checks could not be looked at" onRetry={() => void refetch()}>
            {wordsFor(error)}
          </Failed>
        ) : (
          <Loading />
        )
      ) : isForm ? (
        <Begin
          data={data}
          run={run}
          start={start}
          onStart={(asked) => start.mutate(asked, { onSuccess: toTop })}
        />
      ) : (
        <Run
          run={run}
          secret={secret}
          stop={stop}
          onAgain={() => {
            start.reset();
            setFormer(run.id);
            toTop();
          }}
        />
      )}
    </>
  );
}
