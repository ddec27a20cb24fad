/** A two-point controller: on below setpoint − h, off above setpoint + h. */
export interface TwoPoint {
  /** h, K. */
  hysteresisK: number;
  /** Shortest time on and off, so that a relay lives long. */
  minOnMs: number;
  minOffMs: number;
}

export interface TwoPointState {
  isOn: boolean;
  /** When it last went on or off. Unix ms. */
  switchedAt: number;
}

/**
 * What a two-point controller does after a measurement.
 * @param errorK Setpoint − measured.
 */
export function stepTwoPoint(
  { hysteresisK, minOnMs, minOffMs }: TwoPoint,
  { isOn, switchedAt }: TwoPointState,
  errorK: number,
  at: number,
): TwoPointState {
  const heldMs = at - switchedAt;
  const switches = isOn
    ? errorK < -hysteresisK && heldMs >= minOnMs
    : errorK > hysteresisK && heldMs >= minOffMs;
  return switches ? { isOn: !isOn, switchedAt: at } : { isOn, switchedAt };
}

/** A PI controller: duty = K (e + 1/T_i ∫ e dt), e = setpoint − measured. */
export interface Pi {
  /** K, 1/K. */
  gainPerK: number;
  /** T_i, s. */
  integralS: number;
}

/**
 * One step of a PI controller with its error held over it. The integral stands still where it would drive the duty
 * further beyond 0 or 1: a long warming-up leaves nothing that must be undone afterwards.
 * @param integralKs ∫ e dt so far, K s; 0 at the beginning.
 * @returns the duty, 0 to 1, and the next integral.
 * @see Åström & Hägglund 2006, Advanced PID Control, 3.5 (conditional integration)
 */
export function stepPi(
  { gainPerK, integralS }: Pi,
  integralKs: number,
  errorK: number,
  seconds: number,
): { duty: number; integralKs: number } {
  const next = integralKs + errorK * seconds;
  const wanted = gainPerK * (errorK + next / integralS);
  const drivesFurther = (wanted > 1 && errorK > 0) || (wanted < 0 && errorK < 0);
  return { duty: Math.min(1, Math.max(0, wanted)), integralKs: drivesFurther ? integralKs : next };
}

/** Proportional to how far the room is from its setpoint, and to how cold it is outside. */
export interface ProportionalDuty {
  /** 1/K. */
  insidePerK: number;
  /** 1/K. At H/P, what the room loses over what its heater gives, the setpoint is met without an offset. */
  outsidePerK: number;
}

/**
 * Share of time that a heater is on, 0 to 1: k_i (setpoint − measured) + k_o (measured − outside).
 * @see the time-proportional algorithm of Home Assistant's Versatile Thermostat
 */
export function proportionalDuty(
  { insidePerK, outsidePerK }: ProportionalDuty,
  { setpointC, measuredC, outsideC }: { setpointC: number; measuredC: number; outsideC: number },
): number {
  const duty = insidePerK * (setpointC - measuredC) + outsidePerK * (measuredC - outsideC);
  return Math.min(1, Math.max(0, duty));
}

/** Turns a duty into on and off: once in each cycle for its share of it. */
export interface TimeProportional {
  /** 300,000 to 900,000. */
  cycleMs: number;
  /** A shorter on or off is left out. */
  minMs: number;
}

export interface TimeProportionalState {
  /** When the present cycle began, Unix ms, and for how long it is on. */
  cycleAt: number;
  onMs: number;
}

/** The present cycle, and whether it is on at `at`; a duty that changes is heard at the next cycle. */
export function stepTimeProportional(
  { cycleMs, minMs }: TimeProportional,
  state: TimeProportionalState | null,
  duty: number,
  at: number,
): { state: TimeProportionalState; isOn: boolean } {
  let present = state;
  if (!present || at < present.cycleAt || at >= present.cycleAt + cycleMs) {
    const cycles = present && at >= present.cycleAt ? Math.floor((at - present.cycleAt) / cycleMs) : 0;
    const wantedMs = duty * cycleMs;
    const onMs = wantedMs < minMs ? 0 : wantedMs > cycleMs - minMs ? cycleMs : wantedMs;
    present = { cycleAt: cycles > 0 ? present!.cycleAt + cycles * cycleMs : at, onMs };
  }
  return { state: present, isOn: at - present.cycleAt < present.onMs };
}
