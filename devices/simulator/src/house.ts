import {
  compileBuilding,
  presenceAt,
  roomAt,
  type Climate,
  type Presence,
  type Room,
  type RoomState,
  type StepBuilding,
  type Weather,
} from '@hearth/heat';
import { hourOfDay } from './clock.ts';
import { stepThermostat, type ThermostatSettings, type ThermostatState } from './thermostat.ts';

/** One room with its thermostat and its electric heater. */
export interface RoomBlueprint extends Room {
  /** Part of the device ids: `demo-{id}-thermostat`. */
  id: string;
  name: string;
  heater: Extract<Room['heater'], { kind: 'electric' }>;
  /** A usual day in it. */
  presence: readonly Presence[];
  /** Vapour pressure excess over the air outside, Pa. */
  moisturePa: number;
  thermostat: ThermostatSettings;
  start: Pick<ThermostatState, 'mode' | 'setpointC'>;
}

export interface HouseBlueprint {
  climate: Climate;
  rooms: readonly RoomBlueprint[];
  /** Walls between rooms, by their ids. One to a room that the house has not is as warm on both sides. */
  partitions: readonly { between: readonly [string, string]; wPerK: number }[];
}

/** All that moves in a house, at one instant. */
export interface HouseState {
  at: number;
  rooms: { [id: string]: RoomState & { thermostat: ThermostatState } };
}

const compiled = new WeakMap<HouseBlueprint, StepBuilding>();

function stepOf(house: HouseBlueprint): StepBuilding {
  let step = compiled.get(house);
  if (!step) {
    const { rooms } = house;
    const partitions = house.partitions
      .map(({ between: [a, b], wPerK }) => ({
        between: [rooms.findIndex(({ id }) => id === a), rooms.findIndex(({ id }) => id === b)] as const,
        wPerK,
      }))
      .filter(({ between }) => !between.includes(-1));
    compiled.set(house, (step = compileBuilding({ rooms, partitions })));
  }
  return step;
}

/** The house `ms` later, thermostats deciding first, with the weather held over the step; nothing is changed in place. */
export function stepHouse(
  house: HouseBlueprint,
  weather: Weather,
  state: HouseState,
  ms: number,
): HouseState {
  const hour = hourOfDay(state.at);
  const decided = house.rooms.map((room) => decide(room, state, state.at));
  const conditions = weather(state.at);
  const next = stepOf(house)(
    house.rooms.map(({ id }) => state.rooms[id]!),
    house.rooms.map(({ id, presence }, i) => {
      const { presenceW, openShare } = presenceAt(presence, hour);
      const warmShare = openForWarmth(state.rooms[id]!.airC, conditions.outsideC);
      const heating = decided[i]!.isHeating ? 1 : 0;
      return { heating, presenceW, openShare: Math.max(openShare, warmShare) };
    }),
    conditions,
    ms / 1000,
  );
  const rooms: HouseState['rooms'] = {};
  for (const [i, { id }] of house.rooms.entries()) {
    rooms[id] = next[i]!;
    rooms[id].thermostat = decided[i]!;
  }
  return { at: state.at + ms, rooms };
}

/** Where it is warmer than this and cooler outside people begin to open the window, and 2 K later it is wide open. */
const tooWarmC = 24;

function openForWarmth(airC: number, outsideC: number): number {
  return outsideC < airC ? Math.min(1, Math.max(0, (airC - tooWarmC) / 2)) : 0;
}

/** What a room's thermostat makes of its sensor at an instant. */
function decide({ id, sensor, thermostat }: RoomBlueprint, state: HouseState, at: number): ThermostatState {
  const room = state.rooms[id]!;
  return stepThermostat(thermostat, room.thermostat, room.sensorC + sensor.offsetK, at);
}

/** A house whose rooms are at their setpoints, with cold heaters. */
export function settledHouse(house: HouseBlueprint, at: number): HouseState {
  const rooms: HouseState['rooms'] = {};
  for (const { id, start } of house.rooms)
    rooms[id] = {
      ...roomAt(start.setpointC),
      thermostat: { ...start, holdUntilAt: 0, isHeating: false, switchedAt: 0 },
    };
  return { at, rooms };
}

/** Whether a state that was kept is one of this house, as this version has it. */
export function isStateOf(house: HouseBlueprint, state: HouseState): boolean {
  const blank = settledHouse(house, 0).rooms;
  return Object.entries(blank).every(([id, room]) =>
    Object.entries(room).every(([name, value]) => {
      const kept = (state.rooms[id] as Record<string, unknown> | undefined)?.[name];
      return typeof kept === typeof value;
    }),
  );
}

/** One step while somebody looks, and one while nobody does. ms */
export const stepMs = 1000;
export const coarseStepMs = 20_000;
const coarseBeforeMs = 3_600_000;

/** The house at the last full step before `until`; what lies more than an hour before goes in coarse steps. */
export function advanceHouse(
  house: HouseBlueprint,
  weather: Weather,
  from: HouseState,
  until: number,
): HouseState {
  let state = from;
  while (state.at + coarseStepMs <= until - coarseBeforeMs)
    state = stepHouse(house, weather, state, coarseStepMs);
  while (state.at + stepMs <= until) state = stepHouse(house, weather, state, stepMs);
  return state;
}

/**
 * The house as its devices find it now: they measure once a second, at the steps, and decide at any instant. The steps
 * themselves stay where they are.
 */
export function houseAt(house: HouseBlueprint, state: HouseState, at: number): HouseState {
  if (at <= state.at) return state;
  const rooms: HouseState['rooms'] = {};
  for (const room of house.rooms)
    rooms[room.id] = { ...state.rooms[room.id]!, thermostat: decide(room, state, at) };
  return { at, rooms };
}
