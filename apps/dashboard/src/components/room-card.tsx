import { memo } from 'react';
import { Link } from 'react-router';
import { classNames } from '../class-names.ts';
import { serverNow, useTimed } from '../clock.ts';
import { useFormat } from '../format-context.ts';
import type { HeatSpan, Point } from '../series-points.ts';
import { figureFreshness, numberOf, troubleOf, type RoomView, type Trouble } from '../room-view.ts';
import { ActionBadge, SimulatedBadge } from './badge.tsx';
import { AlertIcon, FrostIcon } from './icons.tsx';
import { Sparkline } from './sparkline.tsx';
import { Temperature } from './temperature.tsx';
import { ValueState } from './value-state.tsx';
import styles from './room-card.module.css';

/** A day of a room, in the unit shown; null while it is being fetched. */
export interface Day {
  from: number;
  to: number;
  line: Point[];
  heating: HeatSpan[];
}

interface Props {
  view: RoomView;
  day: Day | null;
  /** Marks the card as simulated, in a home where not everything is. */
  isMarked: boolean;
}

function Figures({ view, trouble }: { view: RoomView; trouble: Trouble | null }) {
  const format = useFormat();
  const celsius = numberOf(view.temperature);
  const setpoint = numberOf(view.setpoint);
  const isKnown = celsius !== null && trouble !== 'silent';
  return (
    <p className={styles.figures}>
      <span className={classNames(styles.now, trouble === 'stale' && styles.stale)}>
        {isKnown ? (
          <Temperature celsius={celsius} />
        ) : (
          <span className={styles.none}>
            –<span className="sr-only">no current temperature</span>
          </span>
        )}
      </span>
      {setpoint !== null && trouble !== 'silent' && (
        <span className={styles.set}>
          <span className={styles.label}>Set to </span>
          <Temperature celsius={setpoint} isSetpoint />
        </span>
      )}
      {!isKnown && celsius !== null && <span className={styles.was}>was {format.degrees(celsius)}</span>}
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
        <AlertIcon /> Silent since {format.moment(temperature.latest.at, serverNow())}
      </span>
    );
  return <ValueState state={state} at={temperature.latest.at} />;
}

/** One room: is it warm, is anything wrong, can I believe it. Leads to the room's page. */
export const RoomCard = memo(function RoomCard({ view, day, isMarked }: Props) {
  const trouble = useTimed((nowAt) => troubleOf(view, nowAt) ?? '') || null;
  const isDoubtful = trouble === 'silent' || trouble === 'stale' || trouble === 'empty';
  const action = isDoubtful ? null : view.action;
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
        <span className={styles.spark}>
          {day && (
            <Sparkline
              line={day.line}
              heating={day.heating}
              from={day.from}
              to={day.to}
              isStopped={isDoubtful || trouble === 'fault'}
            />
          )}
        </span>
        <span className={styles.foot}>
          <Footing view={view} trouble={trouble} />
          {isMarked && view.isSimulated && <SimulatedBadge />}
        </span>
      </Link>
    </li>
  );
});
