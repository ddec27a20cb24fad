import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileBuilding,
  roomAt,
  storedJ,
  type Building,
  type RoomInput,
  type RoomState,
} from './building.ts';
import { electricHeater, panelRadiator } from './heater.ts';
import { createRandom } from './random.ts';
import { fabricOf, modernRoom, roomOfOneNode } from './room.ts';
import { usualSensor } from './sensor.ts';
import { createWeather, mildClimate, type Conditions } from './weather.ts';

const south = { areaM2: 3, gValue: 0.6, azimuthDeg: 180, tiltDeg: 90, unshadedShare: 0.7 };
const opening = { areaM2: 0.5, heightM: 1.2 };
/** One room of each kind: two electric ones, one on hot water, one without heater or mass. */
const flat: Building = {
  rooms: [
    {
      fabric: fabricOf(modernRoom),
      heater: electricHeater(1000),
      sensor: { ...usualSensor, timeConstantS: 60 },
      glazings: [south],
      opening,
    },
    {
      fabric: fabricOf({ ...modernRoom, floorM2: 12, weight: 'heavy' }),
      heater: electricHeater(800, 40, 300),
      sensor: { ...usualSensor, timeConstantS: 180 },
      glazings: [],
      opening: null,
    },
    {
      fabric: fabricOf({ ...modernRoom, weight: 'light' }),
      heater: panelRadiator(900),
      sensor: { ...usualSensor, timeConstantS: 300 },
      glazings: [{ ...south, azimuthDeg: 90 }],
      opening,
    },
    {
      fabric: roomOfOneNode(20, 1e6),
      heater: null,
      sensor: { ...usualSensor, timeConstantS: 60 },
      glazings: [],
      opening: null,
    },
  ],
  partitions: [
    { between: [0, 1], wPerK: 25 },
    { between: [1, 2], wPerK: 25 },
    { between: [2, 3], wPerK: 40 },
  ],
};
const night: Conditions = {
  outsideC: 0,
  sun: { elevationDeg: -20, azimuthDeg: 0 },
  directNormalWPerM2: 0,
  diffuseWPerM2: 0,
};
const idle: RoomInput = { heating: 0, presenceW: 0, openShare: 0 };
const step = compileBuilding(flat);

/** How far the books of a room are from closing, as a share of all that moved. */
function unclosed(before: RoomState, after: RoomState, i: number): number {
  const joules = (name: 'heatedJ' | 'gainedJ' | 'lostJ' | 'airedJ' | 'givenJ'): number =>
    after[name] - before[name];
  const cameJ = joules('heatedJ') + joules('gainedJ');
  const wentJ = joules('lostJ') + joules('airedJ') + joules('givenJ');
  const keptJ = storedJ(flat.rooms[i]!, after) - storedJ(flat.rooms[i]!, before);
  const movedJ = Math.abs(cameJ) + Math.abs(wentJ) + Math.abs(keptJ);
  return movedJ === 0 ? 0 : Math.abs(cameJ - wentJ - keptJ) / movedJ;
}

/** A week of weather, and rooms that are heated, lived in and aired by chance. */
function week(seed: number, stepS: number): RoomState[] {
  const random = createRandom(seed, 'week');
  const weather = createWeather(mildClimate, seed);
  const start = Date.UTC(2026, 0, 10);
  let states: RoomState[] = [21, 18, 20, 19].map(roomAt);
  let inputs: RoomInput[] = [];
  for (let s = 0; s < 7 * 86_400; s += stepS) {
    if (s % 3600 === 0)
      inputs = flat.rooms.map(() => ({
        heating: random() < 0.5 ? 1 : random(),
        flowC: 55,
        presenceW: 150 * random(),
        openShare: random() < 0.1 ? random() : 0,
      }));
    states = step(states, inputs, weather(start + s * 1000), stepS);
  }
  return states;
}

describe('a flat of four rooms over a week, with sun, people, heaters, a radiator and open windows', () => {
  test('each room’s books close to 1e-9 of what came in', () => {
    for (const stepS of [10, 60]) {
      const begin = [21, 18, 20, 19].map(roomAt);
      for (const [i, after] of week(1, stepS).entries()) {
        const keptJ = storedJ(flat.rooms[i]!, after) - storedJ(flat.rooms[i]!, begin[i]!);
        const residualJ = after.heatedJ + after.gainedJ - after.lostJ - after.airedJ - after.givenJ - keptJ;
        expect(Math.abs(residualJ) / (after.heatedJ + after.gainedJ), `room ${i}`).toBeLessThan(1e-9);
      }
    }
  });

  test('what one room gives another takes', () => {
    const given = week(2, 60).map(({ givenJ }) => givenJ);
    const sum = given.reduce((a, b) => a + b);
    expect(Math.abs(sum) / Math.max(...given.map(Math.abs))).toBeLessThan(1e-12);
  });

  test('the same seed gives the same bytes, another seed others', () => {
    expect(JSON.stringify(week(7, 60))).toBe(JSON.stringify(week(7, 60)));
    expect(JSON.stringify(week(7, 60))).not.toBe(JSON.stringify(week(8, 60)));
  });
});

const temperature = fc.double({ min: -15, max: 35, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyState = fc
  .record({ airC: temperature, massC: temperature, heaterC: temperature, sensorC: temperature })
  .map((temperatures) => Object.assign(roomAt(0), temperatures));
const anyStates = fc.tuple(anyState, anyState, anyState, anyState);
const anyInput = fc.record({
  heating: share,
  flowC: fc.double({ min: 30, max: 75, noNaN: true }),
  presenceW: fc.double({ min: 0, max: 500, noNaN: true }),
  openShare: share,
});
const anyInputs = fc.tuple(anyInput, anyInput, anyInput, anyInput);

test('the books close from any state, for any length of a step', () => {
  fc.assert(
    fc.property(
      anyStates,
      anyInputs,
      temperature,
      fc.integer({ min: 1, max: 3600 }),
      (states, inputs, outsideC, s) => {
        const next = step(states, inputs, { ...night, outsideC, diffuseWPerM2: 100 }, s);
        for (const [i, after] of next.entries()) expect(unclosed(states[i]!, after, i)).toBeLessThan(1e-9);
      },
    ),
  );
});

test('with windows shut and electric heaters one step of an hour is 3,600 of a second, sensors too', () => {
  const electric = compileBuilding({
    rooms: flat.rooms.slice(0, 2),
    partitions: flat.partitions.slice(0, 1),
  });
  fc.assert(
    fc.property(anyStates, anyInputs, temperature, (four, inputs, outsideC) => {
      const shut = inputs.slice(0, 2).map(({ heating, presenceW }) => ({ heating, presenceW, openShare: 0 }));
      const states = four.slice(0, 2);
      const whole = electric(states, shut, { ...night, outsideC }, 3600);
      let small: RoomState[] = states;
      for (let s = 0; s < 3600; s++) small = electric(small, shut, { ...night, outsideC }, 1);
      for (const [i, after] of whole.entries())
        for (const name of ['airC', 'massC', 'heaterC', 'sensorC'] as const)
          expect(Math.abs(after[name] - small[i]![name]), name).toBeLessThan(1e-9);
    }),
    { numRuns: 10 },
  );
});

test('an open window and a radiator are held for 10 s: an hour in one step is within 0.05 K of an hour in seconds', () => {
  const states = [21, 18, 20, 19].map(roomAt);
  const inputs = flat.rooms.map(() => ({ ...idle, heating: 0.6, flowC: 60, openShare: 1 }));
  const whole = step(states, inputs, night, 3600);
  let small: RoomState[] = states;
  for (let s = 0; s < 3600; s++) small = step(small, inputs, night, 1);
  for (const [i, after] of whole.entries()) expect(Math.abs(after.airC - small[i]!.airC)).toBeLessThan(0.05);
});

test('heat flows from warm to cold: left alone, no room leaves the span of temperatures around it', () => {
  fc.assert(
    fc.property(
      anyStates,
      temperature,
      share,
      fc.integer({ min: 1, max: 86_400 }),
      (states, outsideC, openShare, s) => {
        const all = [outsideC, ...states.flatMap(({ airC, massC, heaterC }) => [airC, massC, heaterC])];
        const aired = flat.rooms.map(() => ({ ...idle, openShare }));
        for (const after of step(states, aired, { ...night, outsideC }, s)) {
          expect(Math.min(after.airC, after.massC)).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
          expect(Math.max(after.airC, after.massC)).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('a heater lags: the room goes on warming after it is switched off, and nothing of its heat is lost', () => {
  const one = compileBuilding({ rooms: [{ ...flat.rooms[0]!, glazings: [] }], partitions: [] });
  let states = [roomAt(20)];
  states = one(states, [{ ...idle, heating: 1 }], { ...night, outsideC: 20 }, 300);
  const [off] = states;
  expect(off!.heaterC - off!.airC).toBeGreaterThan(45);
  states = one(states, [idle], { ...night, outsideC: 20 }, 120);
  expect(states[0]!.airC - off!.airC).toBeGreaterThan(0.05);
  states = one(states, [idle], { ...night, outsideC: 20 }, 40 * 86_400);
  expect(states[0]!.lostJ / states[0]!.heatedJ).toBeCloseTo(1, 3);
});

test('the sun warms the room that it shines into, and more of it when more comes', () => {
  const noon = {
    ...night,
    sun: { elevationDeg: 30, azimuthDeg: 180 },
    directNormalWPerM2: 700,
    diffuseWPerM2: 80,
  };
  const states = [21, 21, 21, 21].map(roomAt);
  const inputs = flat.rooms.map(() => idle);
  const [dark, bright] = [step(states, inputs, night, 3600), step(states, inputs, noon, 3600)];
  expect(bright[0]!.airC - dark[0]!.airC).toBeGreaterThan(0.3);
  expect(bright[0]!.gainedJ / 3600).toBeGreaterThan(600);
  expect(bright[3]!.airC - dark[3]!.airC).toBeLessThan(0.3);
});
