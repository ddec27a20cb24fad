import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { convectiveShare } from './presence.ts';
import { compileNetwork } from './network.ts';
import { fabricOf, type MassClass } from './room.ts';
import { solarGainW } from './sun.ts';
import { weatherOfEpw } from './weather-file.ts';

/**
 * BESTEST's room, 8 × 6 × 2.7 m with 12 m² of window to the south, kept between 20 and 27 °C for a year. The programs'
 * ranges are those of ANSI/ASHRAE 140-2020, table 5-2A, as the Modelica Buildings library quotes them; so are the
 * room's figures. The weather is not ours to hand on: USA_CO_Denver.Intl.AP.725650_TMY3.epw, of energyplus.net.
 */
const file = process.env['BESTEST_EPW_FILE'];
const isThere = file !== undefined && existsSync(file);
const note = isThere ? '' : ' (skipped: BESTEST_EPW_FILE, the weather of Denver, is not set)';

const plan = {
  floorM2: 48,
  heightM: 2.7,
  walls: [
    { areaM2: 63.6, uWPerM2K: 0.53 },
    { areaM2: 48, uWPerM2K: 0.33 },
    { areaM2: 48, uWPerM2K: 0.038 },
  ],
  windows: [{ areaM2: 12, uWPerM2K: 3.1 }],
  airChangesPerH: 0.414,
};
const window = { areaM2: 12, gValue: 0.769, azimuthDeg: 180, tiltDeg: 90, unshadedShare: 1 };
const insideW = 200;
const stepS = 900;

/** What an ideal heater and cooler take in a year: MWh, and the largest hour's kW of heat. */
function yearOf(weight: MassClass, text: string) {
  const { air, mass, radiantToAirShare } = fabricOf({ ...plan, weight });
  const step = compileNetwork({
    capacitiesJPerK: [Infinity, air.capacityJPerK, mass!.capacityJPerK],
    links: [
      { between: [0, 1], wPerK: air.toOutsideWPerK },
      { between: [1, 2], wPerK: mass!.toAirWPerK },
      { between: [0, 2], wPerK: mass!.toOutsideWPerK },
    ],
    followers: [],
  });
  const weather = weatherOfEpw(text);
  let state = Float64Array.of(0, 20, 20);
  let [heatJ, coldJ, hourJ, peakW] = [0, 0, 0, 0];
  // The last fortnight of the year before, to settle.
  const [begin, end] = [Date.UTC(2022, 11, 17, 7), Date.UTC(2024, 0, 1, 7)];
  for (let at = begin; at < end; at += stepS * 1000) {
    const { sun, outsideC, ...sunshine } = weather(at + stepS * 500);
    const radiantW = solarGainW(window, sun, sunshine) + (1 - convectiveShare) * insideW;
    const airW = convectiveShare * insideW + radiantToAirShare * radiantW;
    state[0] = outsideC;
    const after = (powerW: number): number[] => {
      const heats = Float64Array.of(0, airW + powerW, (1 - radiantToAirShare) * radiantW);
      return [...step(state, heats, stepS).temperatures];
    };
    const freeC = after(0)[1]!;
    const wantedC = Math.min(27, Math.max(20, freeC));
    const powerW = (1000 * (wantedC - freeC)) / (after(1000)[1]! - freeC);
    state = Float64Array.from(after(powerW));
    if (at < Date.UTC(2023, 0, 1, 7)) continue;
    if (powerW > 0) heatJ += powerW * stepS;
    else coldJ -= powerW * stepS;
    hourJ = at % 3_600_000 === 0 ? powerW * stepS : hourJ + powerW * stepS;
    peakW = Math.max(peakW, hourJ / 3600);
  }
  return { heatMWh: heatJ / 3.6e9, coldMWh: coldJ / 3.6e9, peakKW: peakW / 1000 };
}

describe.skipIf(!isThere)(`BESTEST with the weather of Denver${note}`, () => {
  // An anchor, not a pass: a model of two capacities is a little above the programs in all three.
  test.each([
    ['600, light', { storesJPerK: 42_167, massM2: 2.95 }, [5.16, 5.74, 3.58], [3.75, 4.98]],
    ['900, heavy', { storesJPerK: 307_750, massM2: 2.43 }, [2.44, 2.42, 3.06], [1.04, 2.28]],
  ] as const)(
    'case %s: docs/physics.md has what it takes, within a tenth of the programs',
    (_, weight, found, range) => {
      const { heatMWh, coldMWh, peakKW } = yearOf(weight, readFileSync(file!, 'utf8'));
      for (const [i, value] of [heatMWh, coldMWh, peakKW].entries()) expect(value).toBeCloseTo(found[i]!, 2);
      expect(heatMWh).toBeGreaterThan(0.9 * range[0]);
      expect(heatMWh).toBeLessThan(1.1 * range[1]);
    },
  );
});
