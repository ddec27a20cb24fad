import {
  quantities,
  type About,
  type QuantityName,
  type Response,
  type SetValues,
  type Values,
} from '@hearth/contract';
import { createRandom, quantise, readSensor } from '@hearth/heat';
import type { HouseBlueprint, HouseState, RoomBlueprint } from './house.ts';
import { relativeHumidity } from './humidity.ts';

/** A device of the house: what it is, what it shows of the house, and which commands it has. */
export interface Appliance {
  id: string;
  name: string;
  /** Name of the room it is in. */
  room: string;
  about: About;
  /** The room whose thermostat it is or obeys; null outdoors. */
  roomId: string | null;
  /** What its sensors show of this state of the house. */
  read(state: HouseState, outsideC: number): Values;
  isThermostat: boolean;
}

interface Limits {
  min?: number;
  max?: number;
  resolution?: number;
}

/** A manifest's quantities: unit and range from the contract unless the device is narrower. */
export function describe(names: { [Q in QuantityName]?: Limits }, periodMs: number): About['quantities'] {
  const manifest: About['quantities'] = {};
  for (const [name, limits] of Object.entries(names) as [QuantityName, Limits][]) {
    const facts = quantities[name];
    manifest[name] =
      facts.kind === 'number'
        ? {
            unit: facts.unit,
            min: facts.min,
            max: facts.max,
            resolution: facts.resolution,
            periodMs,
            ...limits,
          }
        : { periodMs };
  }
  return manifest;
}

const made = { contract: 1, maker: 'Hearth', firmware: '1.0.0', power: 'mains', simulated: true } as const;

function thermostat(room: RoomBlueprint, periodMs: number, seed: number): Appliance {
  const { setpointMinC: min, setpointMaxC: max, setpointStepC: step } = room.thermostat;
  const resolution = room.sensor.resolutionK;
  const id = `demo-${room.id}-thermostat`;
  const name = `${room.name} thermostat`;
  const random = createRandom(seed, `${id}/noise`);
  return {
    id,
    name,
    room: room.name,
    roomId: room.id,
    isThermostat: true,
    about: {
      ...made,
      model: 'Virtual thermostat',
      kind: 'thermostat',
      name,
      room: room.name,
      quantities: describe(
        {
          temperature: { min: -10, max: 50, resolution },
          setpoint: { min, max, resolution: step },
          humidity: { resolution: 0.5 },
          heating: {},
          mode: {},
        },
        periodMs,
      ),
      commands: { get: true, set: { setpoint: { min, max, step }, mode: ['off', 'heat', 'auto'] } },
    },
    read(state, outsideC) {
      const { sensorC, thermostat: control } = state.rooms[room.id]!;
      const temperature = Math.min(50, Math.max(-10, readSensor(room.sensor, sensorC, random)));
      return {
        temperature,
        setpoint: control.setpointC,
        humidity: quantise(relativeHumidity(sensorC, outsideC, room.moisturePa), 0.5),
        heating: control.isHeating,
        mode: control.mode,
      };
    },
  };
}

function heater(room: RoomBlueprint, periodMs: number): Appliance {
  const name = `${room.name} heater`;
  return {
    id: `demo-${room.id}-heater`,
    name,
    room: room.name,
    roomId: room.id,
    isThermostat: false,
    about: {
      ...made,
      model: `Virtual panel heater ${room.heater.ratedW} W`,
      kind: 'heater',
      name,
      room: room.name,
      quantities: describe(
        {
          power: { min: 0, max: room.heater.ratedW, resolution: 1 },
          heating: {},
          surfaceTemperature: { min: -20, max: 120 },
          energy: {},
        },
        periodMs,
      ),
      commands: { get: true },
    },
    read(state) {
      const { heaterC, heatedJ, thermostat: control } = state.rooms[room.id]!;
      return {
        power: control.isHeating ? room.heater.ratedW : 0,
        heating: control.isHeating,
        surfaceTemperature: quantise(heaterC, 0.1),
        energy: quantise(heatedJ / 3_600_000, 0.001),
      };
    },
  };
}

function outsideSensor(periodMs: number): Appliance {
  const name = 'Outside sensor';
  return {
    id: 'demo-outside-sensor',
    name,
    room: 'Outside',
    roomId: null,
    isThermostat: false,
    about: {
      ...made,
      model: 'Virtual outdoor sensor',
      kind: 'sensor',
      name,
      room: 'Outside',
      quantities: describe({ outsideTemperature: { min: -40, max: 60, resolution: 0.1 } }, periodMs),
      commands: { get: true },
    },
    read: (_state, outsideC) => ({ outsideTemperature: quantise(outsideC, 0.1) }),
  };
}

/**
 * The devices of a house: a thermostat and a heater in each room, and one sensor outside.
 * @param seed Of the noise of their sensors.
 */
export function appliancesOf(house: HouseBlueprint, periodMs: number, seed: number): Appliance[] {
  return [
    ...house.rooms.flatMap((room) => [thermostat(room, periodMs, seed), heater(room, periodMs)]),
    outsideSensor(periodMs),
  ];
}

/** Why a request was refused. */
export type RefusalBody = NonNullable<Response['error']>;

/** Why a device with this manifest cannot do what a request's `set` wants; null when it can. */
export function refusalOfSet(about: About, values: SetValues): RefusalBody | null {
  const commands = about.commands.set;
  for (const name of Object.keys(values) as (keyof SetValues)[])
    if (!commands?.[name]) return { code: 'read-only', detail: `${name} cannot be set on this device` };
  const limits = commands?.setpoint;
  if (
    values.setpoint !== undefined &&
    limits &&
    (values.setpoint < limits.min || values.setpoint > limits.max)
  )
    return { code: 'out-of-range', detail: 'setpoint in °C', min: limits.min, max: limits.max };
  if (values.mode !== undefined && !commands?.mode?.includes(values.mode))
    return { code: 'out-of-range', detail: `mode is one of ${commands?.mode?.join(', ')}` };
  return null;
}
