import { electricHeater, fabricOf, mildClimate, type Presence } from '@hearth/heat';
import type { HouseBlueprint, RoomBlueprint } from './house.ts';
import { usualThermostat, type Mode, type ScheduleEntry } from './thermostat.ts';

const day = (morningC: number, dayC: number, eveningC: number, nightC: number): ScheduleEntry[] => [
  { fromHour: 6, setpointC: morningC },
  { fromHour: 9, setpointC: dayC },
  { fromHour: 16, setpointC: eveningC },
  { fromHour: 22.5, setpointC: nightC },
];

/** People and watts of appliances in the morning, over the day, in the evening and at night. */
const lived = (...[morning, noon, evening, night]: [number, number][]): Presence[] =>
  [6.5, 8.5, 17, 22.5].map((fromHour, i) => {
    const [people, appliancesW] = [morning, noon, evening, night][i]!;
    return { fromHour, people, appliancesW };
  });

interface RoomSketch {
  id: string;
  name: string;
  floorM2: number;
  /** Walls to the outside, without their windows. */
  wallM2: number;
  windowM2: number;
  /** Where the windows look, degrees clockwise from north. */
  azimuthDeg: number;
  ratedW: number;
  presence: Presence[];
  moisturePa: number;
  schedule: ScheduleEntry[];
  mode?: Mode;
}

function room(sketch: RoomSketch): RoomBlueprint {
  const { floorM2, wallM2, windowM2, azimuthDeg } = sketch;
  return {
    id: sketch.id,
    name: sketch.name,
    fabric: fabricOf({
      floorM2,
      heightM: 2.6,
      walls: [{ areaM2: wallM2, uWPerM2K: 1.2 }],
      windows: [{ areaM2: windowM2, uWPerM2K: 2.6 }],
      airChangesPerH: 0.7,
      weight: 'light',
    }),
    heater: electricHeater(sketch.ratedW),
    // Without noise and in steps of 0.01 K: who asks for more warmth sees it begin.
    sensor: { timeConstantS: 30, offsetK: 0, noiseK: 0, resolutionK: 0.01 },
    // Frames, curtains and the houses opposite leave this much of the sun.
    glazings: [{ areaM2: windowM2, gValue: 0.6, azimuthDeg, tiltDeg: 90, unshadedShare: 0.4 }],
    opening: { areaM2: 0.4, heightM: 1.2 },
    presence: sketch.presence,
    moisturePa: sketch.moisturePa,
    thermostat: { ...usualThermostat, schedule: sketch.schedule },
    start: { mode: sketch.mode ?? 'auto', setpointC: sketch.schedule[2]!.setpointC },
  };
}

/** The bedroom is aired while its people have breakfast. */
const airedBedroom: Presence[] = [
  { fromHour: 6.5, people: 1, appliancesW: 20 },
  { fromHour: 7, people: 0, appliancesW: 10, openShare: 1 },
  { fromHour: 7.15, people: 0, appliancesW: 10 },
  { fromHour: 22.5, people: 2, appliancesW: 5 },
];

/**
 * The home that a new user sees: a flat from the seventies with six rooms, lightly built and with strong electric
 * heaters, so that warming shows within minutes.
 */
export const demoHome: HouseBlueprint = {
  prefix: 'demo-',
  climate: mildClimate,
  rooms: [
    room({
      id: 'living',
      name: 'Living room',
      floorM2: 24,
      wallM2: 14,
      windowM2: 5,
      azimuthDeg: 200,
      ratedW: 2000,
      presence: lived([1, 60], [0, 40], [2, 120], [0, 30]),
      moisturePa: 350,
      schedule: day(20.5, 19, 21.5, 18),
    }),
    room({
      id: 'kitchen',
      name: 'Kitchen',
      floorM2: 14,
      wallM2: 9,
      windowM2: 2.5,
      azimuthDeg: 20,
      ratedW: 1500,
      presence: lived([1, 120], [0, 60], [1, 150], [0, 60]),
      moisturePa: 550,
      schedule: day(20, 18.5, 20.5, 17.5),
    }),
    room({
      id: 'bedroom',
      name: 'Bedroom',
      floorM2: 16,
      wallM2: 10,
      windowM2: 2.5,
      azimuthDeg: 110,
      ratedW: 1250,
      presence: airedBedroom,
      moisturePa: 300,
      schedule: day(18.5, 17, 19, 17),
    }),
    room({
      id: 'kids',
      name: 'Kids’ room',
      floorM2: 14,
      wallM2: 8,
      windowM2: 2.5,
      azimuthDeg: 110,
      ratedW: 1250,
      presence: lived([1, 20], [0, 10], [1, 60], [1, 5]),
      moisturePa: 320,
      schedule: day(20, 18.5, 21, 18.5),
    }),
    room({
      id: 'bathroom',
      name: 'Bathroom',
      floorM2: 8,
      wallM2: 6,
      windowM2: 1,
      azimuthDeg: 20,
      ratedW: 1200,
      presence: lived([1, 60], [0, 10], [0, 40], [0, 10]),
      moisturePa: 700,
      schedule: day(22.5, 20, 22.5, 19),
    }),
    room({
      id: 'study',
      name: 'Study',
      floorM2: 12,
      wallM2: 8,
      windowM2: 2,
      azimuthDeg: 340,
      ratedW: 1000,
      presence: lived([0, 15], [1, 20], [0, 30], [0, 10]),
      moisturePa: 280,
      schedule: day(20.5, 21, 20.5, 17),
      mode: 'heat',
    }),
  ],
  // Light inner walls with a door, about 2 W/K for each m².
  partitions: [
    { between: ['living', 'kitchen'], wPerK: 22 },
    { between: ['living', 'study'], wPerK: 18 },
    { between: ['kitchen', 'bathroom'], wPerK: 14 },
    { between: ['bathroom', 'bedroom'], wPerK: 14 },
    { between: ['bedroom', 'kids'], wPerK: 18 },
  ],
};
