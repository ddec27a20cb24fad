import type { ReactNode } from 'react';
import type { AskOutcome, QuantityName } from '@hearth/contract';
import { labelOf, valueWords } from '../device-words.ts';
import { span, type Format } from '../format.ts';
import { useFormat } from '../format-context.ts';
import { listWords } from '../list-words.ts';
import { expectedWords, placeWords } from '../rejection-words.ts';
import { Age } from './age.tsx';
import { AlertIcon, BrokerIcon, CheckIcon, DeviceIcon, ServerIcon } from './icons.tsx';
import styles from './ask-journey.module.css';

type Answered = Extract<AskOutcome, { outcome: 'answered' }>;

/** What {@link AskJourney} shows. */
export interface AskShown {
  outcome: AskOutcome;
  /** What was asked for. */
  quantities: readonly QuantityName[];
  /** When the outcome came, by the server's clock: ages run on from there. */
  cameAt: number;
  /** When the last value that we have was measured; null when there is none. */
  lastAt: number | null;
}

const refusals: Record<Extract<AskOutcome, { outcome: 'refused' }>['code'], string> = {
  stale: 'the request belonged to an earlier connection',
  'out-of-range': 'the value is out of its range',
  'unknown-quantity': 'it does not measure this',
  'read-only': 'it only reports',
  malformed: 'it did not understand the request',
  busy: 'it is busy',
  fault: 'it has a fault',
  'cannot-be-asked': 'it does not answer requests',
};

/** The values that came, the one that was asked for without its name. */
function valuesWords({ values, faults }: Answered, quantities: readonly QuantityName[], format: Format) {
  const came = quantities.filter((quantity) => values[quantity] !== undefined);
  const words = came.map((quantity) => {
    const fault = faults?.[quantity];
    const value = valueWords(
      quantity,
      { value: values[quantity] ?? null, ...(fault === undefined ? {} : { fault }) },
      format,
    );
    return quantities.length === 1 ? value : `${labelOf(quantity).toLowerCase()} ${value}`;
  });
  return words.length > 0 ? listWords(words) : 'nothing of what was asked';
}

/** Words that end with how long ago something was measured, where `measuredAt` says when. */
interface Outcome {
  words: string;
  measuredAt: number | null;
}

function noAnswer(words: string, lastAt: number | null): Outcome {
  return lastAt === null
    ? { words: `${words} There is no earlier value.`, measuredAt: null }
    : { words: `${words} The last value was measured`, measuredAt: lastAt };
}

/** The outcome of a request in one sentence. A last value is named as such, never as an answer. */
function askWords({ outcome, quantities, cameAt, lastAt }: AskShown, format: Format): Outcome {
  if (outcome.outcome === 'answered') {
    const took = span(outcome.roundTripMs, format.locale);
    const values = valuesWords(outcome, quantities, format);
    return { words: `Answered in ${took}: ${values}, measured`, measuredAt: cameAt - outcome.ageMs };
  }
  if (outcome.outcome === 'timed-out')
    return noAnswer(`No answer in ${span(outcome.deadlineMs, format.locale)}.`, lastAt);
  if (outcome.outcome === 'not-connected') {
    const since = outcome.since === null ? '' : ` since ${format.moment(outcome.since, cameAt)}`;
    return noAnswer(`Not connected${since}.`, lastAt);
  }
  if (outcome.outcome === 'refused')
    return { words: `The device refused: ${outcome.detail ?? refusals[outcome.code]}.`, measuredAt: null };
  const came = `At ${placeWords(outcome)} came ${outcome.got}. Expected: ${expectedWords(outcome)}`;
  return { words: `The device answered something that can’t be read. ${came}`, measuredAt: null };
}

function Stop({ icon, name, children }: { icon: ReactNode; name: string; children?: ReactNode }) {
  return (
    <li className={styles.stop}>
      <span className={styles.icon}>{icon}</span>
      <span className={styles.name}>{name}</span>
      {children && <span className={styles.took}>{children}</span>}
    </li>
  );
}

/** The legs add up to the round trip, which stands apart from them. */
function Legs({ answer }: { answer: Answered }) {
  const { locale } = useFormat();
  const { toBrokerMs, onDeviceMs, wireMs } = answer.legs;
  const legs = [
    { name: 'to the broker', ms: toBrokerMs },
    { name: 'in the device', ms: onDeviceMs },
    {
      name: onDeviceMs === null ? 'from the broker through the device and back' : 'from the broker and back',
      ms: wireMs,
    },
  ];
  return (
    <>
      <ol className={styles.journey} aria-label="The way of the request">
        <Stop icon={<ServerIcon />} name="Server" />
        <Stop icon={<BrokerIcon />} name="Broker">
          {span(toBrokerMs, locale)}
        </Stop>
        <Stop icon={<DeviceIcon />} name="Device">
          {onDeviceMs === null ? 'does not say' : span(onDeviceMs, locale)}
        </Stop>
        <Stop icon={<CheckIcon />} name="Back">
          {span(wireMs, locale)}
        </Stop>
      </ol>
      <div className={styles.bar} aria-hidden="true">
        {legs.map(({ name, ms }) => (
          <span key={name} style={{ flexGrow: (ms ?? 0) / (answer.roundTripMs || 1) }} hidden={ms === null} />
        ))}
      </div>
      <ul className={styles.legend}>
        {legs.map(({ name, ms }) => (
          <li key={name} hidden={ms === null}>
            {name}
          </li>
        ))}
      </ul>
      <p className={styles.total}>
        <span>In all</span> {span(answer.roundTripMs, locale)}
      </p>
    </>
  );
}

/** The answer of a device that was asked, or why there is none, with the way that the request took. */
export function AskJourney(shown: AskShown) {
  const format = useFormat();
  const { outcome } = shown;
  const { words, measuredAt } = askWords(shown, format);
  const isAnswered = outcome.outcome === 'answered';
  return (
    <div className={isAnswered ? styles.answered : styles.failed}>
      <p className={styles.words}>
        {isAnswered ? <CheckIcon /> : <AlertIcon />}
        <span>
          {words}
          {measuredAt !== null && (
            <>
              {' '}
              {/* It runs on, and must not be read out each time that it does. */}
              <span aria-live="off">
                <Age at={measuredAt} />
              </span>
              .
            </>
          )}
        </span>
      </p>
      {isAnswered && <Legs answer={outcome} />}
    </div>
  );
}
