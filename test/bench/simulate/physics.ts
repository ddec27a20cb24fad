import { createWeather } from '@hearth/heat';
import { advanceHouse, appliancesOf, planHomes, settledHouse } from '@hearth/simulator';
import type { PhysicsJob, PhysicsOutcome } from './load.ts';
import { fleetFile } from './simulated.ts';

/** Rounds before it is measured, for the compiler, and while it is. */
const warmRounds = 30;
const rounds = 150;
/** The first full second after it, so that every step has the same length. */
const startAt = Date.UTC(2026, 0, 15, 6);

/** Steps every home of a fleet once a period, and reads all of its sensors, as its devices do. */
export function runPhysics({ devices, periodMs }: PhysicsJob): PhysicsOutcome {
  const file = fleetFile(periodMs);
  const homes = planHomes(file, devices).map(({ house }) => ({
    house,
    weather: createWeather(house.climate, file.seed),
    appliances: appliancesOf(house, periodMs, file.seed),
    state: settledHouse(house, startAt),
  }));
  const play = (from: number, to: number): number => {
    let readings = 0;
    for (let round = from; round < to; round++)
      for (const home of homes) {
        const now = startAt + (round + 1) * periodMs;
        home.state = advanceHouse(home.house, home.weather, home.state, now, periodMs);
        const { outsideC } = home.weather(now);
        for (const appliance of home.appliances) appliance.read(home.state, outsideC);
        readings += home.appliances.length;
      }
    return readings;
  };
  play(0, warmRounds);
  const before = process.cpuUsage();
  const readings = play(warmRounds, warmRounds + rounds);
  const { user, system } = process.cpuUsage(before);
  return { cpuSPerReading: (user + system) / 1e6 / readings };
}
