import type { HouseBlueprint, RoomBlueprint } from './house.ts';
import { usualThermostat, type Mode, type ScheduleEntry } from './thermostat.ts';
import { mildClimate } from './weather.ts';

const day = (morningC: number, dayC: number, eveningC: number, nightC: number): ScheduleEntry[] => [
  { fromHour: 6, setpointC: morningC },
  { fromHour: 9, setpointC: dayC },
  { fromHour: 16, setpointC: eveningC },
  { fromHour: 22.5, setpointC: nightC },
];

interface RoomSketch {
  id: string;
  name: string;
  heatLossWPerK: number;
  capacityMJPerK: number;
  ratedW: number;
  gainW: number;
  moisturePa: number;
  schedule: ScheduleEntry[];
  mode?: Mode;
}

function room(sketch: RoomSketch): RoomBlueprint {
  return {
    id: sketch.id,
    name: sketch.name,
    fabric: { heatLossWPerK: sketch.heatLossWPerK, capacityJPerK: sketch.capacityMJPerK * 1e6 },
    // A panel heater's body: at rated power its surface is 55 K above the room, reached with τ = 100 s.
    heater: {
      ratedW: sketch.ratedW,
      transferWPerK: sketch.ratedW / 55,
      capacityJPerK: (sketch.ratedW / 55) * 100,
    },
    sensorTimeConstantS: 30,
    sensorResolutionK: 0.01,
    gainW: sketch.gainW,
    moisturePa: sketch.moisturePa,
    thermostat: { ...usualThermostat, schedule: sketch.schedule },
    start: { mode: sketch.mode ?? 'auto', setpointC: sketch.schedule[2]!.setpointC },
  };
}

/**
 * The home that a new user sees: an older flat with six rooms. Its rooms are light (0.5 to 0.9 MJ/K: air,
 * furniture, plaster) and its heaters strong, so that warming shows within minutes.
 */
export const demoHome: HouseBlueprint = {
  climate: mildClimate,
  rooms: [
    room({
      id: 'living',
      name: 'Living room',
      heatLossWPerK: 45,
      capacityMJPerK: 0.9,
      ratedW: 2000,
      gainW: 110,
      moisturePa: 350,
      schedule: day(20.5, 19, 21.5, 18),
    }),
    room({
      id: 'kitchen',
      name: 'Kitchen',
      heatLossWPerK: 30,
      capacityMJPerK: 0.65,
      ratedW: 1500,
      gainW: 140,
      moisturePa: 550,
      schedule: day(20, 18.5, 20.5, 17.5),
    }),
    room({
      id: 'bedroom',
      name: 'Bedroom',
      heatLossWPerK: 32,
      capacityMJPerK: 0.7,
      ratedW: 1250,
      gainW: 60,
      moisturePa: 300,
      schedule: day(18.5, 17, 19, 17),
    }),
    room({
      id: 'kids',
      name: 'Kids’ room',
      heatLossWPerK: 28,
      capacityMJPerK: 0.6,
      ratedW: 1250,
      gainW: 70,
      moisturePa: 320,
      schedule: day(20, 18.5, 21, 18.5),
    }),
    room({
      id: 'bathroom',
      name: 'Bathroom',
      heatLossWPerK: 20,
      capacityMJPerK: 0.5,
      ratedW: 1200,
      gainW: 40,
      moisturePa: 700,
      schedule: day(22.5, 20, 22.5, 19),
    }),
    room({
      id: 'study',
      name: 'Study',
      heatLossWPerK: 25,
      capacityMJPerK: 0.55,
      ratedW: 1000,
      gainW: 90,
      moisturePa: 280,
      schedule: day(20.5, 21, 20.5, 17),
      mode: 'heat',
    }),
  ],
};
