import { useState } from 'react';
import { useMay } from '../../api/people-queries.ts';
import { classNames } from '../../class-names.ts';
import { serverNow, useTimed } from '../../clock.ts';
import { Age } from '../../components/age.tsx';
import { Dial } from '../../components/dial.tsx';
import { SetpointCommand } from '../../components/setpoint-command.tsx';
import { Temperature } from '../../components/temperature.tsx';
import { ValueState } from '../../components/value-state.tsx';
import { useFormat } from '../../format-context.ts';
import type { Freshness } from '../../freshness.ts';
import {
  figureFreshness,
  isPresent,
  measuredAt,
  numberOf,
  type Action,
  type Figure,
  type RoomView,
} from '../../room-view.ts';
import { useBlocked } from '../blocked.ts';
import styles from './room-page.module.css';
import { useSetpoint } from './use-setpoint.ts';

interface Props {
  view: RoomView;
  action: Action | null;
}

type Control = NonNullable<RoomView['control']>;

/** How far a figure of the room may be believed; one that is not there is as silent. */
function useFigureState(figure: Figure | null): Freshness {
  return useTimed((nowAt) => (figure ? figureFreshness(figure, nowAt) : 'silent'));
}

const isOldState = (state: Freshness): boolean => state === 'stale' || state === 'silent';

function ControlDial({ view, action, control }: Props & { control: Control }) {
  const blocked = useBlocked(control.device);
  const setpoint = useSetpoint(control.device);
  const [draft, setDraft] = useState<number | null>(null);
  const state = useFigureState(view.temperature);
  const setpointState = useFigureState(view.setpoint);
  return (
    <>
      <Dial
        label={`${view.room.name} setpoint`}
        limits={control}
        setpoint={numberOf(view.setpoint)}
        isSetpointOld={isOldState(setpointState)}
        requested={setpoint.requested}
        now={state === 'silent' ? null : numberOf(view.temperature)}
        isOld={state === 'stale'}
        action={action}
        isDisabled={blocked !== ''}
        onDraft={(next) => {
          setDraft(next);
          if (next !== null) setpoint.onDraft();
        }}
        onCommit={setpoint.send}
      />
      <Belief view={view} />
      <SetpointCommand {...setpoint} draft={draft} blocked={blocked} />
    </>
  );
}

function PlainFigure({ view }: { view: RoomView }) {
  const celsius = numberOf(view.temperature);
  const state = useFigureState(view.temperature);
  return (
    <p className={styles.plain}>
      {celsius === null || state === 'silent' ? (
        <span className={styles.none}>–</span>
      ) : (
        <Temperature celsius={celsius} hasUnit isOld={state === 'stale'} />
      )}
    </p>
  );
}

/** How old the figure is, and what a silent or broken sensor means for it. */
function Belief({ view }: { view: RoomView }) {
  const format = useFormat();
  const { temperature, setpoint, humidity } = view;
  const state = useFigureState(temperature);
  const setpointState = useFigureState(setpoint);
  const isHumidityPresent = useTimed((nowAt) => isPresent(humidity, nowAt));
  if (!temperature) return <p className={styles.belief}>Nothing measures the temperature here.</p>;
  const { value, fault } = temperature.latest;
  const at = measuredAt(temperature.latest);
  if (value === null)
    return <p className={classNames(styles.belief, styles.fault)}>Sensor fault{fault && `: ${fault}`}</p>;
  if (state === 'silent')
    return (
      <p className={classNames(styles.belief, styles.silent)}>
        {temperature.isOnline === false ? 'Offline, silent' : 'Silent'} since {format.moment(at, serverNow())}
        : last {format.degrees(Number(value))}, <Age at={at} />
      </p>
    );
  const percent = numberOf(humidity);
  return (
    <p className={styles.belief}>
      <ValueState state={state} at={at} isOnline={temperature.isOnline} />
      {setpoint && setpointState !== state && isOldState(setpointState) && (
        <span>
          Setpoint:{' '}
          <ValueState state={setpointState} at={measuredAt(setpoint.latest)} isOnline={setpoint.isOnline} />
        </span>
      )}
      {percent !== null && isHumidityPresent && <span>{format.number(percent)} % humidity</span>}
    </p>
  );
}

/** The room's figure: on a dial where it can be set, plain where it is only measured. */
export function ClimatePanel({ view, action }: Props) {
  const maySet = useMay('setSetpoint');
  return (
    <section
      className={classNames(styles.climate, action === 'heating' && styles.heating)}
      aria-label="Temperature"
    >
      {view.control && maySet ? (
        <ControlDial view={view} action={action} control={view.control} />
      ) : (
        <>
          <PlainFigure view={view} />
          <Belief view={view} />
        </>
      )}
    </section>
  );
}
