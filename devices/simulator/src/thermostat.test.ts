import { expect, test } from 'vitest';
import {
  scheduledSetpoint,
  setThermostat,
  stepThermostat,
  usualThermostat,
  type ThermostatState,
} from './thermostat.ts';

const schedule = [
  { fromHour: 6, setpointC: 21 },
  { fromHour: 22.5, setpointC: 17 },
];
const settings = { ...usualThermostat, schedule };
const at = (hour: number, minute = 0): number => new Date(2026, 10, 22, hour, minute).getTime();
const base: ThermostatState = {
  mode: 'heat',
  setpointC: 20,
  holdUntilAt: 0,
  isHeating: false,
  switchedAt: 0,
};

test('it heats below setpoint − 0.25 K, stops above setpoint + 0.25 K and keeps what it does between', () => {
  const heats = (isHeating: boolean, measuredC: number): boolean =>
    stepThermostat(settings, { ...base, isHeating }, measuredC, at(12)).isHeating;
  expect([heats(false, 19.74), heats(false, 19.76), heats(true, 20.24), heats(true, 20.26)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('it stays on and off for its shortest times', () => {
  const on = stepThermostat(settings, base, 15, at(12));
  expect(on).toMatchObject({ isHeating: true, switchedAt: at(12) });
  expect(stepThermostat(settings, on, 25, at(12) + 29_000).isHeating).toBe(true);
  const off = stepThermostat(settings, on, 25, at(12, 1));
  expect(off.isHeating).toBe(false);
  expect(stepThermostat(settings, off, 15, at(12, 1) + 29_000).isHeating).toBe(false);
});

test('switched off, it still keeps the frost floor', () => {
  const off: ThermostatState = { ...base, mode: 'off' };
  expect(stepThermostat(settings, off, 6, at(12)).isHeating).toBe(false);
  expect(stepThermostat(settings, off, 4.7, at(12)).isHeating).toBe(true);
});

test('the schedule’s last entry holds over midnight', () => {
  expect(scheduledSetpoint(schedule, at(3))).toBe(17);
  expect(scheduledSetpoint(schedule, at(6))).toBe(21);
  expect(scheduledSetpoint(schedule, at(22, 29))).toBe(21);
  expect(scheduledSetpoint(schedule, at(22, 30))).toBe(17);
});

test('in auto a setpoint chosen by hand holds until the schedule’s next switch', () => {
  const auto: ThermostatState = { ...base, mode: 'auto' };
  const held = setThermostat(settings, auto, { setpoint: 23 }, at(20));
  expect(held).toMatchObject({ setpointC: 23, holdUntilAt: at(22, 30) });
  expect(stepThermostat(settings, held, 20, at(22, 29)).setpointC).toBe(23);
  expect(stepThermostat(settings, held, 20, at(22, 30))).toMatchObject({ setpointC: 17, holdUntilAt: 0 });
  const overNight = setThermostat(settings, auto, { setpoint: 15 }, at(23));
  expect(overNight.holdUntilAt).toBe(at(30));
  expect(setThermostat(settings, held, { mode: 'auto' }, at(20, 1))).toMatchObject({
    setpointC: 21,
    holdUntilAt: 0,
  });
});

test('a setpoint is rounded to the device’s step', () => {
  expect(setThermostat(settings, base, { setpoint: 21.3 }, at(12)).setpointC).toBe(21.5);
});
