import {
  quantities,
  type About,
  type QuantityName,
  type Response,
  type SetValues,
  type Values,
} from '@hearth/contract';
import { createRandom, quantise, readSensor, type Random } from '@hearth/heat';
import { heatingShare, sensedC, type HouseBlueprint, type HouseState, type RoomBlueprint } from './house.ts';
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

/** The number that a thermometer in a room says, °C. */
function showTemperature(
  room: RoomBlueprint,
  state: HouseState,
  where: 'thermostat' | 'sensor',
  random: Random,
): number {
  const { sensor, id } = room;
  const elementC = sensedC(room, state, state.at, where) - sensor.offsetK;
  const shownC = state.troubles?.[id]?.[where]?.frozenC ?? readSensor(sensor, elementC, random);
  return Math.min(50, Math.max(-10, shownC));
}

function humidityIn({ id, moisturePa }: RoomBlueprint, state: HouseState, outsideC: number): number {
  return quantise(relativeHumidity(state.rooms[id]!.sensorC, outsideC, moisturePa), 0.5);
}

const made = { contract: 1, maker: 'Hearth', firmware: '1.0.0', power: 'mains', simulated: true } as const;

function thermostat(prefix: string, room: RoomBlueprint, periodMs: number, seed: number): Appliance {
  const { setpointMinC: min, setpointMaxC: max, setpointStepC: step } = room.thermostat;
  const resolution = room.sensor.resolutionK;
  const id = `${prefix}${room.id}-thermostat`;
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
      const { thermostat: control } = state.rooms[room.id]!;
      return {
        temperature: showTemperature(room, state, 'thermostat', random),
        setpoint: control.setpointC,
        humidity: humidityIn(room, state, outsideC),
        heating: control.isHeating,
        mode: control.mode,
      };
    },
  };
}

function heater(prefix: string, room: RoomBlueprint, periodMs: number): Appliance {
  const name = `${room.name} heater`;
  return {
    id: `${prefix}${room.id}-heater`,
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
        power: Math.round(room.heater.ratedW * heatingShare(control, state.troubles?.[room.id])),
        heating: control.isHeating,
        surfaceTemperature: quantise(heaterC, 0.1),
        energy: quantise(heatedJ / 3_600_000, 0.001),
      };
    },
  };
}

function roomSensor(prefix: string, room: RoomBlueprint, periodMs: number, seed: number): Appliance {
  const id = `${prefix}${room.id}-sensor`;
  const name = `${room.name} sensor`;
  const random = createRandom(seed, `${id}/noise`);
  return {
    id,
    name,
    room: room.name,
    roomId: room.id,
    isThermostat: false,
    about: {
      ...made,
      model: 'Virtual sensor',
      kind: 'sensor',
      name,
      room: room.name,
      quantities: describe(
        {
          temperature: { min: -10, max: 50, resolution: room.sensor.resolutionK },
          humidity: { resolution: 0.5 },
        },
        periodMs,
      ),
      commands: { get: true },
    },
    read: (state, outsideC) => ({
      temperature: showTemperature(room, state, 'sensor', random),
      humidity: humidityIn(room, state, outsideC),
    }),
  };
}

function outsideSensor(prefix: string, periodMs: number): Appliance {
  const name = 'Outside sensor';
  return {
    id: `${prefix}outside-sensor`,
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
 * The devices of a house: what each room has, and one sensor outside.
 * @param seed Of the noise of their sensors.
 */
export function appliancesOf(house: HouseBlueprint, periodMs: number, seed: number): Appliance[] {
  const { prefix, rooms } = house;
  const make = { thermostat, heater, sensor: roomSensor };
  return [
    ...rooms.flatMap((room) =>
      (room.devices ?? (['thermostat', 'heater'] as const)).map((kind) =>
        make[kind](prefix, room, periodMs, seed),
      ),
    ),
    ...(house.isWithoutOutside ? [] : [outsideSensor(prefix, periodMs)]),
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
