import type { ReactNode } from 'react';
import type { AskOutcome, QuantityName } from '@hearth/contract';
import { serverNow } from '../clock.ts';
import { age, duration, span, type Format } from '../format.ts';
import { useFormat } from '../format-context.ts';
import { AlertIcon, BrokerIcon, CheckIcon, DeviceIcon, ServerIcon } from './icons.tsx';
import styles from './ask-journey.module.css';

type Answered = Extract<AskOutcome, { outcome: 'answered' }>;

/** What {@link AskJourney} shows. */
export interface AskShown {
  outcome: AskOutcome;
  quantity: QuantityName;
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
  'cannot-be-asked': 'it only sends, by radio; nothing can be asked of it',
};

function answerWords(answer: Answered, quantity: QuantityName, format: Format): string {
  const value = answer.values[quantity];
  const took = span(answer.roundTripMs, format.locale);
  if (typeof value !== 'number')
    return `Answered in ${took}: sensor fault${answer.faults?.[quantity] ? `, ${answer.faults[quantity]}` : ''}.`;
  return `Answered in ${took}: ${format.degrees(value)}, measured ${age(answer.ageMs)}.`;
}

/** The outcome of a request in one sentence. A last value is named as such, never as an answer. */
function askWords({ outcome, quantity, lastAt }: AskShown, format: Format): string {
  const last =
    lastAt === null
      ? 'There is no earlier value.'
      : `The last value is ${duration(serverNow() - lastAt)} old.`;
  if (outcome.outcome === 'answered') return answerWords(outcome, quantity, format);
  if (outcome.outcome === 'timed-out')
    return `No answer in ${span(outcome.deadlineMs, format.locale)}. ${last}`;
  if (outcome.outcome === 'not-connected') {
    const since = outcome.since === null ? '' : ` since ${format.moment(outcome.since, serverNow())}`;
    return `Not connected${since}. ${last}`;
  }
  if (outcome.outcome === 'refused')
    return `The device refused: ${outcome.detail ?? refusals[outcome.code]}.`;
  const place = outcome.path || 'the message';
  return `The device answered something that can’t be read: expected ${outcome.expected} at ${place}, got ${outcome.got}.`;
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

function Legs({ answer }: { answer: Answered }) {
  const { locale } = useFormat();
  const { toBrokerMs, onDeviceMs, wireMs } = answer.legs;
  const parts = [toBrokerMs, wireMs, onDeviceMs ?? 0];
  const total = parts.reduce((sum, part) => sum + part, 0) || 1;
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
          {span(answer.roundTripMs, locale)}
        </Stop>
      </ol>
      <div className={styles.bar} aria-hidden="true">
        {parts.map((part, i) => (
          <span key={['to', 'wire', 'device'][i]} style={{ flexGrow: Math.max(part / total, 0.015) }} />
        ))}
      </div>
      <p className={styles.legend}>
        <span>to the broker {span(toBrokerMs, locale)}</span>
        <span>on the way {span(wireMs, locale)}</span>
        {onDeviceMs !== null && <span>in the device {span(onDeviceMs, locale)}</span>}
      </p>
    </>
  );
}

/** The answer of a device that was asked, or why there is none, with the way that the request took. */
export function AskJourney(shown: AskShown) {
  const format = useFormat();
  const { outcome } = shown;
  const isAnswered = outcome.outcome === 'answered';
  return (
    <div className={isAnswered ? styles.answered : styles.failed}>
      <p className={styles.words}>
        {isAnswered ? <CheckIcon /> : <AlertIcon />}
        {askWords(shown, format)}
      </p>
      {isAnswered && <Legs answer={outcome} />}
    </div>
  );
}
