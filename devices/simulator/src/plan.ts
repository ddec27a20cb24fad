import { electricHeater, fabricOf, mildClimate } from '@hearth/heat';
import { appliancesOf } from './appliances.ts';
import { demoHome } from './demo-home.ts';
import { durationMs } from './duration.ts';
import type { HouseBlueprint, RoomBlueprint } from './house.ts';
import {
  SimulationFileError,
  type HomeSketch,
  type RoomSketch,
  type SimulationFile,
} from './simulation-file.ts';
import { usualThermostat } from './thermostat.ts';

/** One home of a simulation and what reports from it. */
export interface PlannedHome {
  house: HouseBlueprint;
  devices: readonly { id: string; name: string; room: string }[];
}

/**
 * The homes of a file, in its order.
 * @param devices So many in all: the last kind of home is repeated until there are enough, and what is too much is left
 *   out. As the file says if not set.
 * @throws {SimulationFileError} for ids that are used twice or too long, and walls to rooms that are not there.
 */
export function planHomes(file: SimulationFile, devices?: number): PlannedHome[] {
  const planned: PlannedHome[] = [];
  const periodMs = durationMs(file.period);
  let count = 0;
  for (const [i, sketch] of file.homes.entries()) {
    const shared = blueprintOf(sketch, i);
    const isLast = i === file.homes.length - 1;
    const isMany = sketch.count > 1 || (isLast && devices !== undefined);
    const wanted = (n: number): boolean =>
      devices === undefined ? n <= sketch.count : count < devices && (isLast || n <= sketch.count);
    for (let n = 1; wanted(n); n++) {
      const house = { ...shared, prefix: prefixOf(sketch, isMany ? n : null) };
      const all = appliancesOf(house, periodMs, file.seed).map(({ id, name, room }) => ({ id, name, room }));
      const mine = all.slice(0, devices === undefined ? all.length : devices - count);
      count += mine.length;
      planned.push({ house, devices: mine });
    }
  }
  checkIds(planned);
  return planned;
}

function prefixOf({ id, like }: HomeSketch, n: number | null): string {
  const name = id ?? (like === 'demo' ? 'demo' : n === null ? '' : 'home');
  return `${name}${n ?? ''}${name === '' ? '' : '-'}`;
}

function blueprintOf(sketch: HomeSketch, i: number): HouseBlueprint {
  const isWithoutOutside = !sketch.outside;
  if (sketch.like === 'demo') return { ...demoHome, isWithoutOutside };
  if (!sketch.rooms) throw new SimulationFileError(`homes.${i} has neither rooms nor like: demo`);
  const rooms = sketch.rooms.map(roomOf);
  for (const name of sketch.walls.flatMap(({ between }) => between))
    if (!rooms.some(({ id }) => id === name))
      throw new SimulationFileError(`homes.${i}.walls: there is no room ${name}`);
  const partitions = sketch.walls.map(({ between, wPerK }) => ({
    between: [between[0]!, between[1]!] as const,
    wPerK,
  }));
  return { prefix: '', climate: mildClimate, rooms, partitions, isWithoutOutside };
}

/** `bath-room` as `Bath room`. */
const nameOf = (id: string): string => `${id[0]!.toUpperCase()}${id.slice(1).replaceAll('-', ' ')}`;

function roomOf(sketch: RoomSketch): RoomBlueprint {
  const { floorM2, heightM, wallM2, wallWPerM2K, windowM2, windowWPerM2K, airChangesPerH, weight } = sketch;
  const schedule = sketch.schedule.map(({ from, setpoint }) => ({ fromHour: from, setpointC: setpoint }));
  return {
    id: sketch.id,
    name: sketch.name ?? nameOf(sketch.id),
    devices: sketch.devices,
    fabric: fabricOf({
      floorM2,
      heightM,
      walls: [{ areaM2: wallM2, uWPerM2K: wallWPerM2K }],
      windows: [{ areaM2: windowM2, uWPerM2K: windowWPerM2K }],
      airChangesPerH,
      weight,
    }),
    heater: electricHeater(sketch.heaterW),
    sensor: {
      timeConstantS: durationMs(sketch.sensor.lag) / 1000,
      offsetK: 0,
      noiseK: sketch.sensor.noiseK,
      resolutionK: sketch.sensor.stepK,
    },
    glazings: [
      { areaM2: windowM2, gValue: 0.6, azimuthDeg: sketch.facingDeg, tiltDeg: 90, unshadedShare: 0.4 },
    ],
    opening: { areaM2: Math.min(0.4, windowM2), heightM: 1.2 },
    presence: sketch.presence.map(({ from, people, appliancesW, open }) => ({
      fromHour: from,
      people,
      appliancesW,
      ...(open !== undefined && { openShare: open }),
    })),
    moisturePa: sketch.moisturePa,
    thermostat: { ...usualThermostat, schedule },
    start: { mode: sketch.mode, setpointC: schedule[0]!.setpointC },
  };
}

function checkIds(homes: readonly PlannedHome[]): void {
  const seen = new Set<string>();
  for (const { id } of homes.flatMap(({ devices }) => devices)) {
    if (id.length > 36) throw new SimulationFileError(`${id} is longer than a device id may be (36)`);
    if (seen.has(id)) throw new SimulationFileError(`two devices are called ${id}: give their homes an id`);
    seen.add(id);
  }
}
