import { memo, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Availability } from '@hearth/contract';
import { percentWords } from '../availability-words.ts';
import { classNames } from '../class-names.ts';
import { serverNow, useTimed } from '../clock.ts';
import { useFormat } from '../format-context.ts';
import {
  actionAt,
  figureFreshness,
  isPresent,
  measuredAt,
  numberOf,
  troubleOf,
  type RoomView,
  type Trouble,
} from '../room-view.ts';
import { Age } from './age.tsx';
import { AvailabilityStrip } from './availability-strip.tsx';
import { ActionBadge, SimulatedBadge } from './badge.tsx';
import { AlertIcon, FrostIcon } from './icons.tsx';
import { Temperature } from './temperature.tsx';
import { ValueState } from './value-state.tsx';
import styles from './room-card.module.css';

interface Props {
  view: RoomView;
  /** Draws the room's last day; stopped where the line is not growing at present. */
  renderDay: (isStopped: boolean) => ReactNode;
  /** Marks the card as simulated, in a home where not everything is. */
  isMarked: boolean;
  /** How much of the time its devices were there; undefined while that is not known. */
  availability: Availability | undefined;
  /** The last day of it, YYYY-MM-DD. */
  today: string;
}

/** The last ninety days of the room, as a strip and for who cannot see it in words; its place is there before it is. */
function Available({ availability, today }: Pick<Props, 'availability' | 'today'>) {
  const format = useFormat();
  const { share = null, days = [] } = availability ?? {};
  return (
    <span className={styles.available}>
      {share !== null && (
        <>
          <AvailabilityStrip days={days} today={today} isSmall />
          <span className="sr-only">available {percentWords(share, format)} of 90 days</span>
        </>
      )}
    </span>
  );
}

function Figures({ view, trouble }: { view: RoomView; trouble: Trouble | null }) {
  const format = useFormat();
  const celsius = numberOf(view.temperature);
  const setpoint = numberOf(view.setpoint);
  const isSetpointOld = useTimed((nowAt) => !isPresent(view.setpoint, nowAt));
  const isKnown = celsius !== null && trouble !== 'silent';
  return (
    <p className={styles.figures}>
      <span className={styles.now}>
        {isKnown ? (
          <Temperature celsius={celsius} isOld={trouble === 'stale'} />
        ) : (
          <span className={styles.none}>
            –<span className="sr-only">no current temperature</span>
          </span>
        )}
      </span>
      {setpoint !== null && trouble !== 'silent' && (
        <span className={styles.set}>
          <span className={styles.label}>{isSetpointOld ? 'Was set to ' : 'Set to '}</span>
          <Temperature celsius={setpoint} isSetpoint isOld={isSetpointOld} />
        </span>
      )}
      {view.temperature && !isKnown && celsius !== null && (
        <span className={styles.last}>
          last {format.degrees(celsius)}, <Age at={measuredAt(view.temperature.latest)} />
        </span>
      )}
    </p>
  );
}

function Footing({ view, trouble }: { view: RoomView; trouble: Trouble | null }) {
  const format = useFormat();
  const { temperature } = view;
  const state = useTimed((nowAt) => (temperature ? figureFreshness(temperature, nowAt) : 'silent'));
  if (!temperature) return <span className={styles.quiet}>No thermometer yet</span>;
  if (trouble === 'fault')
    return (
      <span className={styles.bad}>
        <AlertIcon /> Sensor fault{temperature.latest.fault && `: ${temperature.latest.fault}`}
      </span>
    );
  if (trouble === 'frost')
    return (
      <span className={styles.bad}>
        <FrostIcon /> Frost can set in
      </span>
    );
  if (trouble === 'silent')
    return (
      <span className={styles.warn}>
        <AlertIcon /> Silent since {format.moment(measuredAt(temperature.latest), serverNow())}
      </span>
    );
  return <ValueState state={state} at={measuredAt(temperature.latest)} isOnline={temperature.isOnline} />;
}

/** One room: is it warm, is anything wrong, can I believe it. Leads to the room's page. */
export const RoomCard = memo(function RoomCard({ view, isMarked, renderDay, availability, today }: Props) {
  const trouble = useTimed((nowAt) => troubleOf(view, nowAt) ?? '') || null;
  const isDoubtful = trouble === 'silent' || trouble === 'stale' || trouble === 'empty';
  const action = useTimed((nowAt) => actionAt(view, nowAt) ?? '') || null;
  return (
    <li className={styles.item}>
      <Link
        to={`/rooms/${view.room.id}`}
        className={classNames(
          styles.card,
          action === 'heating' && styles.heating,
          (trouble === 'silent' || trouble === 'stale') && styles.troubled,
          (trouble === 'fault' || trouble === 'frost') && styles.endangered,
        )}
      >
        <span className={styles.top}>
          <h2>{view.room.name}</h2>
          {action && <ActionBadge action={action} />}
        </span>
        <Figures view={view} trouble={trouble} />
        <span className={styles.spark}>{renderDay(isDoubtful || trouble === 'fault')}</span>
        <span className={styles.foot}>
          <Footing view={view} trouble={trouble} />
          {isMarked && view.isSimulated && <SimulatedBadge />}
          <Available availability={availability} today={today} />
        </span>
      </Link>
    </li>
  );
});
