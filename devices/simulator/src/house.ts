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
import type { RoomTrouble } from './trouble.ts';
import { stepThermostat, type ThermostatSettings, type ThermostatState } from './thermostat.ts';

/** One room with its thermostat and its electric heater. */
export interface RoomBlueprint extends Room {
  /** Part of the device ids: `{prefix}{id}-thermostat`. */
  id: string;
  name: string;
  heater: Extract<Room['heater'], { kind: 'electric' }>;
  /** A usual day in it. */
  presence: readonly Presence[];
  /** Vapour pressure excess over the air outside, Pa. */
  moisturePa: number;
  thermostat: ThermostatSettings;
  start: Pick<ThermostatState, 'mode' | 'setpointC'>;
  /** What reports from it; a thermostat and a heater if not set. */
  devices?: readonly ('thermostat' | 'heater' | 'sensor')[];
}

export interface HouseBlueprint {
  /** What the ids of its devices begin with. */
  prefix: string;
  /** Has no sensor outdoors. */
  isWithoutOutside?: boolean;
  climate: Climate;
  rooms: readonly RoomBlueprint[];
  /** Walls between rooms, by their ids. One to a room that the house has not is as warm on both sides. */
  partitions: readonly { between: readonly [string, string]; wPerK: number }[];
}

/** All that moves in a house, at one instant. */
export interface HouseState {
  at: number;
  rooms: { [id: string]: RoomState & { thermostat: ThermostatState } };
  /** What is wrong, by room. */
  troubles?: { [id: string]: RoomTrouble };
}

/** Houses with the same rooms share their step. */
const compiled = new WeakMap<
  HouseBlueprint['rooms'],
  { walls: HouseBlueprint['partitions']; step: StepBuilding }
>();

function stepOf({ rooms, partitions: walls }: HouseBlueprint): StepBuilding {
  let made = compiled.get(rooms);
  if (made?.walls !== walls) {
    const partitions = walls
      .map(({ between: [a, b], wPerK }) => ({
        between: [rooms.findIndex(({ id }) => id === a), rooms.findIndex(({ id }) => id === b)] as const,
        wPerK,
      }))
      .filter(({ between }) => !between.includes(-1));
    compiled.set(rooms, (made = { walls, step: compileBuilding({ rooms, partitions }) }));
  }
  return made.step;
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
      const trouble = state.troubles?.[id];
      const heating = heatingShare(decided[i]!, trouble);
      return { heating, presenceW, openShare: Math.max(openShare, warmShare, trouble?.openShare ?? 0) };
    }),
    conditions,
    ms / 1000,
  );
  const rooms: HouseState['rooms'] = {};
  for (const [i, { id }] of house.rooms.entries()) {
    rooms[id] = next[i]!;
    rooms[id].thermostat = decided[i]!;
  }
  return { ...state, at: state.at + ms, rooms };
}

/** The share of its power that a room's heater gives, 0 to 1. */
export function heatingShare({ isHeating }: ThermostatState, trouble: RoomTrouble | undefined): number {
  return trouble?.heating ?? (isHeating ? 1 : 0);
}

/** What a thermometer makes of its room's air, before noise and steps, °C. */
export function sensedC(
  { id, sensor }: RoomBlueprint,
  state: HouseState,
  at: number,
  where: 'thermostat' | 'sensor',
): number {
  const { frozenC, drift } = state.troubles?.[id]?.[where] ?? {};
  const driftK = drift ? (drift.kPerS * (at - drift.sinceAt)) / 1000 : 0;
  return frozenC ?? state.rooms[id]!.sensorC + sensor.offsetK + driftK;
}

/** Where it is warmer than this and cooler outside people begin to open the window, and 2 K later it is wide open. */
const tooWarmC = 24;

function openForWarmth(airC: number, outsideC: number): number {
  return outsideC < airC ? Math.min(1, Math.max(0, (airC - tooWarmC) / 2)) : 0;
}

/** What a room's thermostat makes of its sensor at an instant. */
function decide(room: RoomBlueprint, state: HouseState, at: number): ThermostatState {
  const measuredC = sensedC(room, state, at, 'thermostat');
  return stepThermostat(room.thermostat, state.rooms[room.id]!.thermostat, measuredC, at);
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
  fineStepMs = stepMs,
): HouseState {
  let state = from;
  while (state.at + coarseStepMs <= until - coarseBeforeMs)
    state = stepHouse(house, weather, state, coarseStepMs);
  while (state.at + fineStepMs <= until) state = stepHouse(house, weather, state, fineStepMs);
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
  return { ...state, at, rooms };
}
