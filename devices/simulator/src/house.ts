import { relax, stepHeater, stepRoom, type HeaterFabric, type RoomFabric } from './room-model.ts';
import { stepThermostat, type ThermostatSettings, type ThermostatState } from './thermostat.ts';
import type { Climate, Weather } from './weather.ts';

/** One room with its thermostat and heater. */
export interface RoomBlueprint {
  /** Part of the device ids: `demo-{id}-thermostat`. */
  id: string;
  name: string;
  fabric: RoomFabric;
  heater: HeaterFabric;
  /** The thermostat's sensor lags the air with this time constant. */
  sensorTimeConstantS: number;
  sensorResolutionK: number;
  /** Heat of people, sun and appliances, W. */
  gainW: number;
  /** Vapour pressure excess over the air outside, Pa. */
  moisturePa: number;
  thermostat: ThermostatSettings;
  start: Pick<ThermostatState, 'mode' | 'setpointC'>;
}

export interface HouseBlueprint {
  climate: Climate;
  rooms: readonly RoomBlueprint[];
}

interface RoomState {
  temperatureC: number;
  surfaceC: number;
  sensorC: number;
  /** Electrical energy of the heater since the beginning, J. */
  energyJ: number;
  /** Heat that went outside since the beginning, J. */
  lostJ: number;
  thermostat: ThermostatState;
}

/** All that moves in a house, at one instant. */
export interface HouseState {
  at: number;
  rooms: { [id: string]: RoomState };
}

/**
 * The state of one room after `seconds`, the thermostat deciding first. Order of the heat exchange: sensor →
 * thermostat → heater body (lags) → room → sensor (lags).
 */
function stepOneRoom(
  room: RoomBlueprint,
  state: RoomState,
  outsideC: number,
  at: number,
  seconds: number,
): RoomState {
  const thermostat = stepThermostat(room.thermostat, state.thermostat, state.sensorC, at);
  const powerW = thermostat.isHeating ? room.heater.ratedW : 0;
  const heater = stepHeater(room.heater, state.surfaceC, state.temperatureC, powerW, seconds);
  const heatW = heater.givenJ / seconds + room.gainW;
  const air = stepRoom(room.fabric, state.temperatureC, outsideC, heatW, seconds);
  return {
    temperatureC: air.temperatureC,
    surfaceC: heater.surfaceC,
    sensorC: relax(state.sensorC, air.temperatureC, room.sensorTimeConstantS, seconds),
    energyJ: state.energyJ + powerW * seconds,
    lostJ: state.lostJ + air.lostJ,
    thermostat,
  };
}

/** The house `ms` later, with the weather held over the step; nothing is changed in place. */
export function stepHouse(
  house: HouseBlueprint,
  weather: Weather,
  state: HouseState,
  ms: number,
): HouseState {
  const outsideC = weather(state.at);
  const rooms: HouseState['rooms'] = {};
  for (const room of house.rooms)
    rooms[room.id] = stepOneRoom(room, state.rooms[room.id]!, outsideC, state.at, ms / 1000);
  return { at: state.at + ms, rooms };
}

/** A house whose rooms are at their setpoints, with cold heaters. */
export function settledHouse(house: HouseBlueprint, at: number): HouseState {
  const rooms: HouseState['rooms'] = {};
  for (const room of house.rooms) {
    const temperatureC = room.start.setpointC;
    rooms[room.id] = {
      temperatureC,
      surfaceC: temperatureC,
      sensorC: temperatureC,
      energyJ: 0,
      lostJ: 0,
      thermostat: { ...room.start, holdUntilAt: 0, isHeating: false, switchedAt: 0 },
    };
  }
  return { at, rooms };
}

/** One step while somebody looks, and one while nobody does. ms */
export const stepMs = 1000;
export const coarseStepMs = 10_000;
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

/** The house as a sensor finds it now, within a step; the steps themselves stay where they are. */
export function houseAt(house: HouseBlueprint, weather: Weather, state: HouseState, at: number): HouseState {
  return at > state.at ? stepHouse(house, weather, state, at - state.at) : state;
}
