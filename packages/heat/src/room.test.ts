import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepTwoPoint } from './control.ts';
import { compileNetwork } from './network.ts';
import { capacityJPerK, fabricOf, heatLossWPerK, modernRoom, roomOfOneNode, timeConstantsS } from './room.ts';
import type { RoomFabric } from './room.ts';

/** A bare room: [air, mass?] after so many seconds with a heat into its air, in steps of `stepS`. */
function after(
  fabric: RoomFabric,
  startC: number,
  outsideC: number,
  heatW: number,
  seconds: number,
  stepS = seconds,
) {
  const { air, mass } = fabric;
  const step = compileNetwork({
    capacitiesJPerK: [Infinity, air.capacityJPerK, ...(mass ? [mass.capacityJPerK] : [])],
    links: [
      { between: [0, 1], wPerK: air.toOutsideWPerK },
      ...(mass
        ? [
            { between: [1, 2] as const, wPerK: mass.toAirWPerK },
            { between: [0, 2] as const, wPerK: mass.toOutsideWPerK },
          ]
        : []),
    ],
    followers: [],
  });
  let state = Float64Array.from([outsideC, startC, ...(mass ? [startC] : [])]);
  const heats = Float64Array.from(state, (_, i) => (i === 1 ? heatW : 0));
  for (let s = 0; s < seconds; s += stepS) state = step(state, heats, stepS).temperatures;
  return { airC: state[1]!, massC: state[2] };
}

describe('1R1C: 30 W/K and 3.3 MJ/K, time constant 110,000 s', () => {
  const fabric = roomOfOneNode(30, 3.3e6);

  test.each([
    [1, 1000, 20.4293],
    [6, 1000, 22.3772],
    [24, 1000, 27.2545],
    [8, 0, 15.393],
  ])('from 20 °C, with 0 °C outside, it is after %i h with %i W at %f °C', (hours, heatW, expectedC) => {
    expect(timeConstantsS(fabric)).toEqual([110_000]);
    expect(after(fabric, 20, 0, heatW, hours * 3600).airC).toBeCloseTo(expectedC, 4);
    expect(after(fabric, 20, 0, heatW, hours * 3600, 10).airC, 'in steps of 10 s').toBeCloseTo(expectedC, 4);
  });

  test('hysteresis of 21 ± 0.25 °C with 2 kW is on for 1,204.4 s and off for 2,619.2 s: duty 0.3150', () => {
    const step = compileNetwork({
      capacitiesJPerK: [Infinity, 3.3e6],
      links: [{ between: [0, 1], wPerK: 30 }],
      followers: [],
    });
    const settings = { hysteresisK: 0.25, minOnMs: 0, minOffMs: 0 };
    let control = { isOn: false, switchedAt: 0 };
    let state = Float64Array.of(0, 21);
    const switchesS: number[] = [];
    const stepS = 0.02;
    for (let s = 0; switchesS.length < 5; s += stepS) {
      const next = stepTwoPoint(settings, control, 21 - state[1]!, s * 1000);
      if (next.isOn !== control.isOn) switchesS.push(s);
      control = next;
      state = step(state, Float64Array.of(0, control.isOn ? 2000 : 0), stepS).temperatures;
    }
    const onS = switchesS[3]! - switchesS[2]!;
    const offS = switchesS[2]! - switchesS[1]!;
    expect(Math.abs(onS - 1204.4)).toBeLessThan(0.1);
    expect(Math.abs(offS - 2619.2)).toBeLessThan(0.1);
    expect(onS / (onS + offS)).toBeCloseTo(0.315, 4);
  });
});

describe('2R2C: air 4e5 J/K, mass 6e6 J/K, 150 W/K between them, 20 and 12 W/K to the outside', () => {
  const fabric: RoomFabric = {
    air: { capacityJPerK: 4e5, toOutsideWPerK: 12 },
    mass: { capacityJPerK: 6e6, toAirWPerK: 150, toOutsideWPerK: 20 },
    radiantToAirShare: 0,
  };

  test('its time constants are 2,334 s and 56.671 h', () => {
    const [fastS, slowS] = timeConstantsS(fabric);
    expect(Math.abs(fastS! - 2334)).toBeLessThan(0.5);
    expect(slowS! / 3600).toBeCloseTo(56.671, 3);
  });

  test.each([
    [1, 4.827, 0.2558],
    [4, 7.4239, 1.708],
    [24, 15.2545, 10.0497],
  ])('1 kW gives its air after %i h %f K, and its mass %f K', (hours, airK, massK) => {
    for (const stepS of [hours * 3600, 60]) {
      const { airC, massC } = after(fabric, 0, 0, 1000, hours * 3600, stepS);
      expect(airC).toBeCloseTo(airK, 4);
      expect(massC).toBeCloseTo(massK, 4);
    }
  });

  test('in the end 1 kW keeps it 33.7302 K warmer than outside', () => {
    expect(heatLossWPerK(fabric)).toBeCloseTo(29.6471, 4);
    expect(after(fabric, 0, 0, 1000, 60 * 86_400).airC).toBeCloseTo(33.7302, 4);
  });
});

describe('a modern room of 20 m²', () => {
  test.each([
    ['light', 40],
    ['medium', 60],
    ['heavy', 95],
  ] as const)('loses about 15 W/K and is, built %s, of a time constant of %i h', (weight, hours) => {
    const fabric = fabricOf({ ...modernRoom, weight });
    expect(Math.abs(heatLossWPerK(fabric) - 15)).toBeLessThan(0.2);
    expect(Math.abs(capacityJPerK(fabric) / heatLossWPerK(fabric) / 3600 - hours)).toBeLessThan(0.7);
    const [fastS, slowS] = timeConstantsS(fabric);
    expect(Math.abs(slowS! / 3600 / hours - 1), 'the slow one of its two').toBeLessThan(0.06);
    expect(fastS! / 60, 'the fast one, min').toBeGreaterThan(20);
    expect(fastS! / 60).toBeLessThan(60);
  });
});

const rate = fc.double({ min: 1, max: 400, noNaN: true });
const capacity = fc.double({ min: 1e5, max: 2e7, noNaN: true });
const anyFabric: fc.Arbitrary<RoomFabric> = fc.record({
  air: fc.record({ capacityJPerK: capacity, toOutsideWPerK: rate }),
  mass: fc.record({ capacityJPerK: capacity, toAirWPerK: rate, toOutsideWPerK: rate }),
  radiantToAirShare: fc.constant(0.2),
});
const temperature = fc.double({ min: -20, max: 30, noNaN: true });

test('one step of an hour is 3,600 steps of a second, in any room', () => {
  fc.assert(
    fc.property(anyFabric, temperature, temperature, (fabric, startC, outsideC) => {
      const whole = after(fabric, startC, outsideC, 1500, 3600);
      const small = after(fabric, startC, outsideC, 1500, 3600, 1);
      expect(Math.abs(whole.airC - small.airC)).toBeLessThan(1e-9);
      expect(Math.abs(whole.massC! - small.massC!)).toBeLessThan(1e-9);
    }),
    { numRuns: 20 },
  );
});

test('heat flows from warm to cold: an unheated room never leaves what lies between it and the outside', () => {
  fc.assert(
    fc.property(
      anyFabric,
      temperature,
      temperature,
      fc.integer({ min: 1, max: 1e6 }),
      (fabric, a, b, seconds) => {
        const { airC, massC } = after(fabric, a, b, 0, seconds);
        for (const found of [airC, massC!]) {
          expect(found).toBeGreaterThanOrEqual(Math.min(a, b) - 1e-9);
          expect(found).toBeLessThanOrEqual(Math.max(a, b) + 1e-9);
        }
      },
    ),
  );
});

test('all temperatures raised by the same move by the same; twice the heat gives twice the rise', () => {
  fc.assert(
    fc.property(anyFabric, fc.double({ min: 0, max: 3000, noNaN: true }), (fabric, heatW) => {
      const risen = (heat: number, atC: number): number => after(fabric, atC, atC, heat, 7200).airC - atC;
      expect(risen(heatW, 15)).toBeCloseTo(risen(heatW, 0), 9);
      expect(risen(2 * heatW, 0)).toBeCloseTo(2 * risen(heatW, 0), 9);
    }),
  );
});
