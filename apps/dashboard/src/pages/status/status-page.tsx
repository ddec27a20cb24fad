import { useParams } from 'react-router';
import type { StatusPage as Answer } from '@hearth/contract';
import { useStatusPage } from '../../api/availability-queries.ts';
import { RequestFailure, wordsFor } from '../../api/problem.ts';
import { percentWords, stripWords } from '../../availability-words.ts';
import { AvailabilityStrip } from '../../components/availability-strip.tsx';
import { AlertIcon, CheckIcon, SilentIcon } from '../../components/icons.tsx';
import { Logo } from '../../components/logo.tsx';
import { Failed } from '../../components/notice.tsx';
import { LoadingWord } from '../../components/skeletons.tsx';
import { useFormat } from '../../format-context.ts';
import styles from './status-page.module.css';

const words = {
  up: ['Works', <CheckIcon key="up" />],
  down: ['Trouble', <AlertIcon key="down" />],
  unknown: ['Not known', <SilentIcon key="unknown" />],
} as const;

function State({ state }: { state: Answer['state'] }) {
  const [word, icon] = words[state];
  return (
    <span className={styles[state]}>
      {icon} {word}
    </span>
  );
}

function Shown({ page }: { page: Answer }) {
  // A stranger has no settings here: figures as the browser has them.
  const format = useFormat();
  const { home, maintenance, now, parts, share, days, state, today } = page;
  const sentence =
    state === 'up'
      ? 'The heating works'
      : state === 'down'
        ? 'Something is wrong'
        : 'Nothing is known right now';
  return (
    <>
      <h1>{sentence}</h1>
      <p className={styles.sub}>
        {home === null ? '' : `${home}. `}As of {format.dateTime(now)}.
      </p>
      {maintenance && (
        <p className={styles.sub}>
          Work on the heating: {format.dateTime(maintenance.from)} to {format.dateTime(maintenance.to)}.
        </p>
      )}
      <section className={styles.card}>
        <h2>
          All rooms <State state={state} />
        </h2>
        <AvailabilityStrip days={days} today={today} />
        <p>
          {percentWords(share, format)} of the last 90 days: {stripWords(days, today, format)}.
        </p>
      </section>
      {parts.map((part) => (
        <section key={part.name} className={styles.card}>
          <h2>
            {part.name} <State state={part.state} />
          </h2>
          <AvailabilityStrip days={part.days} today={today} />
          <p>{percentWords(part.share, format)}</p>
        </section>
      ))}
    </>
  );
}

/** What the owner shares by link: whether the heating works, and did. */
export function StatusPage() {
  const { token = '' } = useParams();
  const answer = useStatusPage(token);
  const isGone =
    answer.error instanceof RequestFailure && ['not-found', 'bad-request'].includes(answer.error.code);
  return (
    <main className={styles.page}>
      <title>Status · Hearth</title>
      <Logo />
      {answer.data && !isGone ? (
        <Shown page={answer.data} />
      ) : isGone ? (
        <>
          <h1>This link leads nowhere</h1>
          <p className={styles.sub}>Perhaps it is not shared any more. Ask who gave it to you.</p>
        </>
      ) : answer.error ? (
        <Failed isPage title="The status could not be loaded" onRetry={() => void answer.refetch()}>
          {wordsFor(answer.error)}
        </Failed>
      ) : (
        <LoadingWord heading="Status" />
      )}
    </main>
  );
}
