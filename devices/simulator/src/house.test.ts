import { expect, test } from 'vitest';
import { demoHome } from './demo-home.ts';
import { advanceHouse, houseAt, settledHouse, stepHouse, type HouseState } from './house.ts';
import { createWeather, mildClimate } from './weather.ts';

const start = Date.UTC(2026, 0, 15);
const hourMs = 3_600_000;

test('the same seed gives the same house to the last bit, another seed another', () => {
  const play = (seed: number): string =>
    JSON.stringify(
      advanceHouse(
        demoHome,
        createWeather(mildClimate, seed),
        settledHouse(demoHome, start),
        start + 30 * hourMs,
      ),
    );
  expect(play(7)).toBe(play(7));
  expect(play(7)).not.toBe(play(8));
});

test('a house that was stopped and started goes on as one that never was', () => {
  const weather = createWeather(mildClimate, 3);
  const step = (state: HouseState, count: number): HouseState => {
    let next = state;
    for (let i = 0; i < count; i++) next = stepHouse(demoHome, weather, next, 1000);
    return next;
  };
  const whole = step(settledHouse(demoHome, start), 4000);
  const half = JSON.parse(JSON.stringify(step(settledHouse(demoHome, start), 1500))) as HouseState;
  expect(JSON.stringify(step(half, 2500))).toBe(JSON.stringify(whole));
});

test('in winter every room stays near its setpoint and no joule is lost in a day', () => {
  const weather = createWeather(mildClimate, 1);
  const first = advanceHouse(demoHome, weather, settledHouse(demoHome, start - 48 * hourMs), start);
  let last = first;
  for (let s = 0; s < 86_400; s += 10) last = stepHouse(demoHome, weather, last, 10_000);
  for (const room of demoHome.rooms) {
    const [a, b] = [first.rooms[room.id]!, last.rooms[room.id]!];
    const enteredJ = b.energyJ - a.energyJ + room.gainW * 86_400;
    const storedJ =
      room.fabric.capacityJPerK * (b.temperatureC - a.temperatureC) +
      room.heater.capacityJPerK * (b.surfaceC - a.surfaceC);
    expect(Math.abs(enteredJ - storedJ - (b.lostJ - a.lostJ)) / enteredJ, room.id).toBeLessThan(1e-9);
    expect(b.temperatureC, room.id).toBeGreaterThan(16);
    expect(b.temperatureC, room.id).toBeLessThan(23.5);
  }
});

test('a heater at full power warms its room by a third of a kelvin or more in ten minutes', () => {
  const weather = createWeather(mildClimate, 1);
  for (const room of demoHome.rooms) {
    const state = settledHouse(demoHome, start);
    const mine = state.rooms[room.id]!;
    mine.thermostat = { ...mine.thermostat, mode: 'heat', setpointC: 28 };
    const after = advanceHouse(demoHome, weather, state, start + 600_000).rooms[room.id]!;
    expect(after.temperatureC - mine.temperatureC, room.id).toBeGreaterThan(0.33);
    expect(after.surfaceC, room.id).toBeGreaterThan(60);
  }
});

test('looking between two steps changes nothing', () => {
  const weather = createWeather(mildClimate, 1);
  const state = settledHouse(demoHome, start);
  const before = JSON.stringify(state);
  expect(houseAt(demoHome, weather, state, start + 400).at).toBe(start + 400);
  expect(houseAt(demoHome, weather, state, start - 400)).toBe(state);
  expect(JSON.stringify(state)).toBe(before);
});
