import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { classNames } from '../class-names.ts';
import { angleOf, arcPath, dialSize, pointAt, valueAt, type Limits } from '../dial-geometry.ts';
import { useFormat } from '../format-context.ts';
import type { Action } from '../room-view.ts';
import { MinusIcon, PlusIcon } from './icons.tsx';
import { Temperature } from './temperature.tsx';
import { useDraft } from './use-draft.ts';
import styles from './dial.module.css';

interface Props {
  /** What the slider is called: 'Living room setpoint'. */
  label: string;
  limits: Limits;
  /** What the device reports, °C; null when it has not. */
  setpoint: number | null;
  /** That report is old: it was the setpoint then. */
  isSetpointOld: boolean;
  /** What was asked for and is not confirmed, °C. */
  requested: number | null;
  /** The temperature now, °C; null when it cannot be believed. */
  now: number | null;
  /** The temperature is stale: shown as the last one and not as the present. */
  isOld: boolean;
  action: Action | null;
  isDisabled: boolean;
  /** What is being chosen and not sent yet, °C; null when it is sent or given up. */
  onDraft: (setpoint: number | null) => void;
  onCommit: (setpoint: number) => void;
}

function Ring({ limits, setpoint, shown, now, isHeating, isAsked }: RingProps) {
  const mark = now === null ? null : angleOf(now, limits);
  const inner = mark === null ? null : pointAt(mark, 104);
  const outer = mark === null ? null : pointAt(mark, 112);
  return (
    <svg className={styles.ring} viewBox={`0 0 ${dialSize} ${dialSize}`} aria-hidden="true">
      <path className={styles.track} d={arcPath(limits.min, limits.max, limits)} />
      {setpoint !== null && (
        <path
          className={isHeating ? styles.heat : styles.level}
          d={arcPath(limits.min, isAsked ? Math.min(setpoint, shown) : setpoint, limits)}
        />
      )}
      {isAsked && setpoint !== null && <path className={styles.asked} d={arcPath(setpoint, shown, limits)} />}
      {inner && outer && <path className={styles.mark} d={`M${inner.x} ${inner.y}L${outer.x} ${outer.y}`} />}
    </svg>
  );
}

interface RingProps {
  limits: Limits;
  setpoint: number | null;
  shown: number;
  now: number | null;
  isHeating: boolean;
  isAsked: boolean;
}

interface StepsProps {
  value: number;
  limits: Limits;
  isDisabled: boolean;
  onStep: (next: number) => void;
}

/** − and + in the device's steps: what a thumb and a shaky hand use instead of the ring. */
function Steps({ value, limits: { min, max, step }, isDisabled, onStep }: StepsProps) {
  return (
    <div className={styles.steps}>
      <button
        type="button"
        aria-label="Lower the setpoint"
        disabled={isDisabled || value <= min}
        onClick={() => onStep(value - step)}
      >
        <MinusIcon />
      </button>
      <button
        type="button"
        aria-label="Raise the setpoint"
        disabled={isDisabled || value >= max}
        onClick={() => onStep(value + step)}
      >
        <PlusIcon />
      </button>
    </div>
  );
}

/**
 * A ring to set a room's temperature with. A native range input carries keyboard and assistive technology;
 * only the handle drags, so that a swipe over the dial scrolls the page and heats nothing.
 */
export function Dial({
  label,
  limits,
  setpoint,
  isSetpointOld,
  requested,
  now,
  isOld,
  action,
  isDisabled,
  onDraft,
  onCommit,
}: Props) {
  const format = useFormat();
  const face = useRef<HTMLDivElement>(null);
  const base = requested ?? setpoint ?? limits.min;
  const draft = useDraft(base, limits, { onDraft, onCommit });
  const isAsked = draft.isChanging || requested !== null;
  const handle = pointAt(angleOf(draft.value, limits));

  function follow(event: PointerEvent): void {
    const box = face.current?.getBoundingClientRect();
    if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const [dx, dy] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    draft.change(valueAt(dx, dy, limits));
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape') draft.cancel();
  }
  const spoken = [
    `${draft.isChanging ? 'Ask for' : requested === null ? 'Set to' : 'Asked for'} ${format.setpoint(draft.value)} degrees`,
    requested !== null && 'not confirmed yet',
    now !== null && `${isOld ? 'last' : 'now'} ${format.temperature(now)} degrees`,
    action,
  ];
  return (
    <div className={classNames(styles.dial, isDisabled && styles.disabled)}>
      <div className={styles.face} ref={face}>
        <Ring {...{ limits, setpoint, now, isAsked }} shown={draft.value} isHeating={action === 'heating'} />
        <input
          className={styles.input}
          type="range"
          aria-label={label}
          aria-valuetext={spoken.filter(Boolean).join(', ')}
          min={limits.min}
          max={limits.max}
          step={limits.step}
          value={draft.value}
          disabled={isDisabled}
          onChange={(event) => draft.changeSoon(event.currentTarget.valueAsNumber)}
          onKeyDown={onKeyDown}
        />
        <div
          className={classNames(styles.handle, requested !== null && styles.waiting)}
          style={{ left: `${(handle.x / dialSize) * 100}%`, top: `${(handle.y / dialSize) * 100}%` }}
          aria-hidden="true"
          onPointerDown={(event) => {
            if (!isDisabled && event.isPrimary) event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={follow}
          onPointerUp={() => draft.isChanging && draft.commit()}
          onPointerCancel={draft.cancel}
        />
        <Reading
          {...{ now, isOld, setpoint, isSetpointOld, requested }}
          draft={draft.isChanging ? draft.value : null}
        />
      </div>
      <Steps value={draft.value} {...{ limits, isDisabled }} onStep={draft.changeSoon} />
    </div>
  );
}

/** The figure in the middle: the temperature now, or the setpoint while it is being changed. */
function Reading({
  now,
  isOld,
  setpoint,
  isSetpointOld,
  requested,
  draft,
}: Pick<Props, 'now' | 'isOld' | 'setpoint' | 'isSetpointOld' | 'requested'> & { draft: number | null }) {
  const big = draft ?? now;
  const caption = draft !== null ? 'Ask for' : now === null ? 'No reading' : isOld ? 'Last' : 'Now';
  return (
    <div className={styles.reading} aria-hidden="true">
      <span className={styles.caption}>{caption}</span>
      <span className={styles.big}>
        {big === null ? (
          <span className={styles.none}>–</span>
        ) : (
          <Temperature celsius={big} hasUnit isOld={draft === null && isOld} />
        )}
      </span>
      <span className={classNames(styles.set, requested !== null && styles.pending)}>
        {draft !== null && now !== null && (
          <>
            {isOld ? 'last' : 'now'} <Temperature celsius={now} />
          </>
        )}
        {draft === null && requested !== null && (
          <>
            asked for <Temperature celsius={requested} isSetpoint />
          </>
        )}
        {draft === null && requested === null && setpoint !== null && (
          <>
            {isSetpointOld ? 'was set to' : 'set to'}{' '}
            <Temperature celsius={setpoint} isSetpoint isOld={isSetpointOld} />
          </>
        )}
      </span>
    </div>
  );
}
