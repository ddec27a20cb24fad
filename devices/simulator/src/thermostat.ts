import type { SetValues } from '@hearth/contract';
import { stepTwoPoint, type TwoPoint, type TwoPointState } from '@hearth/heat';
import { hourOfDay } from './clock.ts';

export type Mode = 'off' | 'heat' | 'auto';

/** From an hour of the day (local, may have a fraction) on, the setpoint is this, in mode `auto`. */
export interface ScheduleEntry {
  fromHour: number;
  setpointC: number;
}

/** How one thermostat behaves. */
export interface ThermostatSettings extends TwoPoint {
  /** Kept in every mode, `off` too. */
  frostFloorC: number;
  setpointMinC: number;
  setpointMaxC: number;
  setpointStepC: number;
  /** In order of `fromHour`; the last entry holds over midnight. At least one. */
  schedule: readonly ScheduleEntry[];
}

export interface ThermostatState {
  mode: Mode;
  setpointC: number;
  /** In mode `auto`: a setpoint chosen by hand holds until here; 0 when the schedule rules. Unix ms. */
  holdUntilAt: number;
  isHeating: boolean;
  switchedAt: TwoPointState['switchedAt'];
}

/** What most thermostats ship with. */
export const usualThermostat: Omit<ThermostatSettings, 'schedule'> = {
  hysteresisK: 0.25,
  minOnMs: 30_000,
  minOffMs: 30_000,
  frostFloorC: 5,
  setpointMinC: 5,
  setpointMaxC: 30,
  setpointStepC: 0.5,
};

/** The setpoint that the day's schedule has for an instant. */
export function scheduledSetpoint(schedule: readonly ScheduleEntry[], at: number): number {
  const hour = hourOfDay(at);
  const entry = schedule.findLast((candidate) => candidate.fromHour <= hour) ?? schedule.at(-1);
  if (!entry) throw new Error('a schedule needs at least one entry');
  return entry.setpointC;
}

/** When the schedule next has something else to say. Unix ms, after `at`. */
function nextSwitchAt(schedule: readonly ScheduleEntry[], at: number): number {
  const hour = hourOfDay(at);
  const next = schedule.find((entry) => entry.fromHour > hour)?.fromHour ?? schedule[0]!.fromHour + 24;
  return at + (next - hour) * 3_600_000;
}

/** The state after a measurement: a two-point controller with hysteresis and shortest times. */
export function stepThermostat(
  settings: ThermostatSettings,
  state: ThermostatState,
  measuredC: number,
  at: number,
): ThermostatState {
  const isScheduled = state.mode === 'auto' && at >= state.holdUntilAt;
  const setpointC = isScheduled ? scheduledSetpoint(settings.schedule, at) : state.setpointC;
  const holdUntilAt = isScheduled ? 0 : state.holdUntilAt;
  const wantedC = state.mode === 'off' ? settings.frostFloorC : Math.max(setpointC, settings.frostFloorC);
  const before = { isOn: state.isHeating, switchedAt: state.switchedAt };
  const { isOn, switchedAt } = stepTwoPoint(settings, before, wantedC - measuredC, at);
  return { mode: state.mode, setpointC, holdUntilAt, isHeating: isOn, switchedAt };
}

/**
 * The state after a command with absolute values, which are taken as checked. A setpoint is rounded to the
 * device's step; in mode `auto` it holds until the schedule's next switch. Choosing `auto` ends a hold.
 */
export function setThermostat(
  settings: ThermostatSettings,
  state: ThermostatState,
  values: SetValues,
  at: number,
): ThermostatState {
  const mode = values.mode ?? state.mode;
  let { setpointC, holdUntilAt } = state;
  if (values.mode === 'auto') {
    holdUntilAt = 0;
    setpointC = scheduledSetpoint(settings.schedule, at);
  }
  if (values.setpoint !== undefined) {
    const step = settings.setpointStepC;
    setpointC = Math.round(Math.round(values.setpoint / step) * step * 1000) / 1000;
    holdUntilAt = mode === 'auto' ? nextSwitchAt(settings.schedule, at) : 0;
  }
  return { ...state, mode, setpointC, holdUntilAt };
}
