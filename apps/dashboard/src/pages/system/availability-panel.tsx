import type { AvailabilityAnswer, Objective, Subject } from '@hearth/contract';
import { findSubject, useAvailability } from '../../api/availability-queries.ts';
import { budgetWords, percentWords, stripWords } from '../../availability-words.ts';
import { AvailabilityStrip } from '../../components/availability-strip.tsx';
import content from '../../components/content.module.css';
import { AlertIcon } from '../../components/icons.tsx';
import { useFormat } from '../../format-context.ts';
import { AnswerPanel } from '../answer-panel.tsx';
import own from './availability-panel.module.css';
import { MaintenanceList } from './maintenance-list.tsx';
import { ObjectivesButton } from './objectives-dialog.tsx';
import { StatusSharing } from './status-sharing.tsx';
import styles from './system-page.module.css';

const legs: readonly [name: string, subject: Subject][] = [
  ['Hearth', { kind: 'leg', id: 'api' }],
  ['Message broker', { kind: 'leg', id: 'broker' }],
  ['Readings’ store', { kind: 'leg', id: 'store' }],
];

function Leg({ name, subject, answer }: { name: string; subject: Subject; answer: AvailabilityAnswer }) {
  const format = useFormat();
  const known = findSubject(answer.subjects, subject);
  return (
    <li className={own.leg}>
      <span>{name}</span>
      <span>{percentWords(known?.share ?? null, format)}</span>
      {known && <AvailabilityStrip days={known.days} today={answer.today} />}
    </li>
  );
}

function Aim({ objective, withinMs }: { objective: Objective; withinMs: number }) {
  const format = useFormat();
  const { kind, target, share, budgetLeft, burns } = objective;
  const isBad = (budgetLeft !== null && budgetLeft < 0) || burns.some(({ isBurning }) => isBurning);
  const what =
    kind === 'available'
      ? 'All rooms available'
      : `Questions to devices answered within ${format.number(withinMs / 1000, withinMs % 1000 ? 1 : 0)} s`;
  return (
    <li className={own.aim}>
      <strong>{what}</strong>
      <span>
        {percentWords(share, format)}, aimed at {percentWords(target, format)} over 30 days
      </span>
      <span className={isBad ? own.bad : undefined}>
        {isBad && <AlertIcon />} {budgetWords(objective, format)}
      </span>
    </li>
  );
}

function Shown({ answer }: { answer: AvailabilityAnswer }) {
  const format = useFormat();
  const home = findSubject(answer.subjects, { kind: 'home' });
  const share = home?.share ?? null;
  return (
    <>
      <div className={content.lead}>
        <p className={content.figure}>
          {share === null ? 'Nothing is known yet' : `${percentWords(share, format)} available`}
        </p>
        {home && <AvailabilityStrip days={home.days} today={answer.today} />}
        <p className={content.note}>
          {!home || share === null
            ? 'It is counted from the first room with a device on.'
            : `All rooms at once, in the last 90 days: ${stripWords(home.days, answer.today, format)}.`}
        </p>
      </div>
      <ul className={own.legs}>
        {legs.map(([name, subject]) => (
          <Leg key={name} name={name} subject={subject} answer={answer} />
        ))}
      </ul>
      <ul className={styles.part}>
        {answer.reached.map((objective) => (
          <Aim key={objective.kind} objective={objective} withinMs={answer.objectives.answeredWithinMs} />
        ))}
      </ul>
      <ObjectivesButton objectives={answer.objectives} />
      <MaintenanceList times={answer.maintenance} />
      <StatusSharing />
    </>
  );
}

/** How much of the time everything worked, what is aimed at, and the page that tells others. */
export function AvailabilityPanel() {
  const answer = useAvailability();
  return (
    <AnswerPanel title="Availability" answer={answer} failure="The availability could not be looked up">
      {(data) => <Shown answer={data} />}
    </AnswerPanel>
  );
}
