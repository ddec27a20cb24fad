import { classNames } from '../../class-names.ts';
import { serverNow, useTimed } from '../../clock.ts';
import { Dial } from '../../components/dial.tsx';
import { SetpointCommand } from '../../components/setpoint-command.tsx';
import { Temperature } from '../../components/temperature.tsx';
import { ValueState } from '../../components/value-state.tsx';
import { useFormat } from '../../format-context.ts';
import { figureFreshness, numberOf, type Action, type RoomView } from '../../room-view.ts';
import { useBlocked } from '../blocked.ts';
import styles from './room-page.module.css';
import { useSetpoint } from './use-setpoint.ts';

interface Props {
  view: RoomView;
  action: Action | null;
}

type Control = NonNullable<RoomView['control']>;

function ControlDial({ view, action, control }: Props & { control: Control }) {
  const blocked = useBlocked(control.device);
  const setpoint = useSetpoint(control.device);
  const isSilent = useTimed(
    (nowAt) => !view.temperature || figureFreshness(view.temperature, nowAt) === 'silent',
  );
  return (
    <>
      <Dial
        label={`${view.room.name} setpoint`}
        limits={control}
        setpoint={numberOf(view.setpoint)}
        requested={setpoint.requested}
        now={isSilent ? null : numberOf(view.temperature)}
        action={action}
        isDisabled={blocked !== ''}
        onCommit={setpoint.send}
      />
      <Belief view={view} />
      <SetpointCommand {...setpoint} blocked={blocked} />
    </>
  );
}

function PlainFigure({ view }: { view: RoomView }) {
  const celsius = numberOf(view.temperature);
  return (
    <p className={styles.plain}>
      {celsius === null ? <span>–</span> : <Temperature celsius={celsius} hasUnit />}
    </p>
  );
}

/** How old the figure is, and what a silent or broken sensor means for it. */
function Belief({ view }: { view: RoomView }) {
  const format = useFormat();
  const { temperature, humidity } = view;
  const state = useTimed((nowAt) => (temperature ? figureFreshness(temperature, nowAt) : 'silent'));
  if (!temperature) return <p className={styles.belief}>Nothing measures the temperature here.</p>;
  const { at, value, fault } = temperature.latest;
  if (value === null)
    return <p className={classNames(styles.belief, styles.fault)}>Sensor fault{fault && `: ${fault}`}</p>;
  if (state === 'silent')
    return (
      <p className={classNames(styles.belief, styles.silent)}>
        Silent since {format.moment(at, serverNow())}. It was {format.degrees(Number(value))} then.
      </p>
    );
  const percent = numberOf(humidity);
  return (
    <p className={styles.belief}>
      <ValueState state={state} at={at} />
      {percent !== null && <span>{format.number(percent)} % humidity</span>}
    </p>
  );
}

/** The room's figure: on a dial where it can be set, plain where it is only measured. */
export function ClimatePanel({ view, action }: Props) {
  return (
    <section
      className={classNames(styles.panel, styles.climate, action === 'heating' && styles.heating)}
      aria-label="Temperature"
    >
      {view.control ? (
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
