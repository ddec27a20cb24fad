import { expect, test } from 'vitest';
import { quantise, relax, stepHeater, stepRoom, type RoomFabric } from './room-model.ts';
import { stepThermostat, usualThermostat, type ThermostatState } from './thermostat.ts';

/** A well-known room: time constant 110,000 s. */
const fabric: RoomFabric = { heatLossWPerK: 30, capacityJPerK: 3.3e6 };

function after(hours: number, heatW: number, stepS: number): number {
  let temperatureC = 20;
  for (let s = 0; s < hours * 3600; s += stepS)
    ({ temperatureC } = stepRoom(fabric, temperatureC, 0, heatW, stepS));
  return temperatureC;
}

test.each([
  [1, 1000, 20.4293],
  [6, 1000, 22.3772],
  [24, 1000, 27.2545],
  [8, 0, 15.393],
])(
  'a room of 30 W/K and 3.3 MJ/K at 0 °C outside is, after %i h with %i W, at %f °C',
  (hours, heatW, expectedC) => {
    expect(after(hours, heatW, 1)).toBeCloseTo(expectedC, 4);
    expect(after(hours, heatW, 600), 'in steps of ten minutes').toBeCloseTo(expectedC, 4);
  },
);

test('hysteresis of 21 ± 0.25 °C with 2 kW is on for 1,204.4 s and off for 2,619.2 s: duty 0.3150', () => {
  const settings = { ...usualThermostat, minOnMs: 0, minOffMs: 0, schedule: [] };
  let state: ThermostatState = {
    mode: 'heat',
    setpointC: 21,
    holdUntilAt: 0,
    isHeating: false,
    switchedAt: 0,
  };
  let temperatureC = 21;
  const switchesS: number[] = [];
  for (let s = 0; switchesS.length < 5; s += 0.1) {
    const next = stepThermostat(settings, state, temperatureC, s * 1000);
    if (next.isHeating !== state.isHeating) switchesS.push(s);
    state = next;
    ({ temperatureC } = stepRoom(fabric, temperatureC, 0, state.isHeating ? 2000 : 0, 0.1));
  }
  const onS = switchesS[3]! - switchesS[2]!;
  const offS = switchesS[2]! - switchesS[1]!;
  expect(Math.abs(onS - 1204.4)).toBeLessThan(0.3);
  expect(Math.abs(offS - 2619.2)).toBeLessThan(0.3);
  expect(onS / (onS + offS)).toBeCloseTo(0.315, 3);
});

test('all heat that enters a room is stored in it or went outside', () => {
  let temperatureC = 12;
  let enteredJ = 0;
  let lostJ = 0;
  for (let step = 0; step < 5000; step++) {
    const heatW = step % 700 < 300 ? 1800 : 35;
    const outsideC = 5 * Math.sin(step / 400);
    const next = stepRoom(fabric, temperatureC, outsideC, heatW, 30);
    temperatureC = next.temperatureC;
    lostJ += next.lostJ;
    enteredJ += heatW * 30;
  }
  const storedJ = fabric.capacityJPerK * (temperatureC - 12);
  expect(Math.abs(enteredJ - lostJ - storedJ) / enteredJ).toBeLessThan(1e-9);
});

test('a heater gives off all of its power in the end, and the rest of its warmth after it is switched off', () => {
  const heater = { ratedW: 1500, capacityJPerK: 6000, transferWPerK: 25 };
  let surfaceC = 20;
  let givenJ = 0;
  for (let s = 0; s < 3600; s++) {
    const next = stepHeater(heater, surfaceC, 20, 1500, 1);
    surfaceC = next.surfaceC;
    givenJ += next.givenJ;
  }
  expect(surfaceC).toBeCloseTo(80, 3);
  for (let s = 0; s < 7200; s++) {
    const next = stepHeater(heater, surfaceC, 20, 0, 1);
    surfaceC = next.surfaceC;
    givenJ += next.givenJ;
  }
  expect(givenJ / (1500 * 3600)).toBeCloseTo(1, 9);
});

test('a sensor follows a step by 63 % in its time constant and lags a ramp by rate × time constant', () => {
  expect(relax(20, 30, 90, 90)).toBeCloseTo(20 + 10 * (1 - Math.exp(-1)), 12);
  let sensorC = 20;
  for (let s = 0; s < 2000; s++) sensorC = relax(sensorC, 20 + 0.001 * s, 90, 1);
  expect(20 + 0.001 * 1999 - sensorC).toBeCloseTo(0.09, 2);
});

test('a quantised value is on the grid and never shows a binary fraction', () => {
  expect(quantise(20.137, 0.01)).toBe(20.14);
  expect(quantise(0.30000000000000004, 0.1)).toBe(0.3);
  expect(quantise(-3.26, 0.5)).toBe(-3.5);
});
