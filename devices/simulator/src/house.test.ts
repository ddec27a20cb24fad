import { createWeather, mildClimate, storedJ } from '@hearth/heat';
import { expect, test } from 'vitest';
import { demoHome } from './demo-home.ts';
import { advanceHouse, houseAt, isStateOf, settledHouse, stepHouse, type HouseState } from './house.ts';

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
  for (let s = 0; s < 86_400; s += 20) last = stepHouse(demoHome, weather, last, 20_000);
  for (const room of demoHome.rooms) {
    const [a, b] = [first.rooms[room.id]!, last.rooms[room.id]!];
    const joules = (name: 'heatedJ' | 'gainedJ' | 'lostJ' | 'airedJ' | 'givenJ') => b[name] - a[name];
    const cameJ = joules('heatedJ') + joules('gainedJ');
    const wentJ = joules('lostJ') + joules('airedJ') + joules('givenJ');
    const keptJ = storedJ(room, b) - storedJ(room, a);
    expect(Math.abs(cameJ - wentJ - keptJ) / cameJ, room.id).toBeLessThan(1e-9);
    expect(b.sensorC, room.id).toBeGreaterThan(16);
    expect(b.sensorC, room.id).toBeLessThan(23.5);
  }
});

test('a heater at full power warms its room by half a kelvin or more in ten minutes', () => {
  const weather = createWeather(mildClimate, 1);
  for (const room of demoHome.rooms) {
    const state = settledHouse(demoHome, start);
    const mine = state.rooms[room.id]!;
    mine.thermostat = { ...mine.thermostat, mode: 'heat', setpointC: 28 };
    const after = advanceHouse(demoHome, weather, state, start + 600_000).rooms[room.id]!;
    expect(after.sensorC - mine.sensorC, room.id).toBeGreaterThan(0.5);
    expect(after.heaterC, room.id).toBeGreaterThan(60);
  }
});

test('looking between two steps changes nothing, and finds what a thermostat decides then', () => {
  const state = settledHouse(demoHome, start);
  const living = state.rooms['living']!;
  living.thermostat = { ...living.thermostat, mode: 'heat', setpointC: 28 };
  const before = JSON.stringify(state);
  const looked = houseAt(demoHome, state, start + 400);
  expect(looked.at).toBe(start + 400);
  expect(looked.rooms['living']!.thermostat).toMatchObject({ isHeating: true, switchedAt: start + 400 });
  expect(houseAt(demoHome, state, start - 400)).toBe(state);
  expect(JSON.stringify(state)).toBe(before);
});

test('an open window cools the bedroom by more than a kelvin within ten minutes, and what it cost is counted', () => {
  const weather = createWeather(mildClimate, 1);
  const morning = new Date(2026, 0, 15, 7).getTime();
  const from = advanceHouse(demoHome, weather, settledHouse(demoHome, morning - 7_200_000), morning);
  const bedroom = from.rooms['bedroom']!;
  bedroom.thermostat = { ...bedroom.thermostat, mode: 'off', isHeating: false };
  const aired = advanceHouse(demoHome, weather, from, morning + 540_000).rooms['bedroom']!;
  expect(bedroom.airC - aired.airC).toBeGreaterThan(1);
  expect(aired.airedJ).toBeGreaterThan(300 * 540);
});

test('in July no heater is on, and windows are opened before a room is as warm as 30 °C', () => {
  const weather = createWeather(mildClimate, 1);
  const july = Date.UTC(2026, 6, 10);
  let state = advanceHouse(demoHome, weather, settledHouse(demoHome, july - 48 * hourMs), july);
  const before = state.rooms;
  for (let i = 0; i < 4320; i++) {
    state = stepHouse(demoHome, weather, state, 20_000);
    for (const { airC } of Object.values(state.rooms)) expect(airC).toBeLessThan(30);
  }
  for (const [id, { heatedJ, airedJ }] of Object.entries(state.rooms)) {
    expect(heatedJ, id).toBe(before[id]!.heatedJ);
    expect(airedJ, id).toBeGreaterThan(before[id]!.airedJ);
  }
});

test('a state of another house, or of an earlier version, is known as such', () => {
  const state = settledHouse(demoHome, start);
  expect(isStateOf(demoHome, JSON.parse(JSON.stringify(state)) as HouseState)).toBe(true);
  const { living: _, ...others } = state.rooms;
  expect(isStateOf(demoHome, { at: start, rooms: others })).toBe(false);
  const older = { temperatureC: 20, surfaceC: 20, sensorC: 20, energyJ: 0, lostJ: 0 };
  const rooms = Object.fromEntries(demoHome.rooms.map(({ id }) => [id, older])) as never;
  expect(isStateOf(demoHome, { at: start, rooms })).toBe(false);
});
