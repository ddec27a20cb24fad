import { describe, expect, test } from 'vitest';
import { proportionalDuty, stepPi, stepTimeProportional, stepTwoPoint } from './control.ts';
import { compileNetwork } from './network.ts';

const twoPoint = { hysteresisK: 0.25, minOnMs: 30_000, minOffMs: 30_000 };

test('two points: on below setpoint − h, off above setpoint + h, in between as it was', () => {
  const isOn = (before: boolean, errorK: number): boolean =>
    stepTwoPoint(twoPoint, { isOn: before, switchedAt: 0 }, errorK, 60_000).isOn;
  expect([isOn(false, 0.26), isOn(false, 0.24), isOn(true, -0.24), isOn(true, -0.26)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('two points stay for their shortest times', () => {
  const on = stepTwoPoint(twoPoint, { isOn: false, switchedAt: 0 }, 5, 60_000);
  expect(on).toEqual({ isOn: true, switchedAt: 60_000 });
  expect(stepTwoPoint(twoPoint, on, -5, 89_000).isOn).toBe(true);
  const off = stepTwoPoint(twoPoint, on, -5, 90_000);
  expect(off).toEqual({ isOn: false, switchedAt: 90_000 });
  expect(stepTwoPoint(twoPoint, off, 5, 119_000).isOn).toBe(false);
});

/** The 1R1C room of the facts, 2 kW and 0 °C outside, after days under a controller of its duty. */
function settled(dutyOf: (roomC: number, at: number) => number, days = 30, stepS = 60): number {
  const step = compileNetwork({
    capacitiesJPerK: [Infinity, 3.3e6],
    links: [{ between: [0, 1], wPerK: 30 }],
    followers: [],
  });
  let state = Float64Array.of(0, 15);
  for (let s = 0; s < days * 86_400; s += stepS)
    state = step(state, Float64Array.of(0, 2000 * dutyOf(state[1]!, s * 1000)), stepS).temperatures;
  return state[1]!;
}

describe('proportional to the difference inside and outside', () => {
  test.each([
    [0.01, 20.8264],
    [0.015, 21],
  ])('with %f per kelvin outside the room settles at %f °C: H/P leaves no offset', (outsidePerK, roomC) => {
    const duty = { insidePerK: 0.6, outsidePerK };
    const found = settled((measuredC) => proportionalDuty(duty, { setpointC: 21, measuredC, outsideC: 0 }));
    expect(found).toBeCloseTo(roomC, 4);
  });

  test('the duty is never below 0 or above 1', () => {
    const duty = { insidePerK: 0.6, outsidePerK: 0.01 };
    expect(proportionalDuty(duty, { setpointC: 21, measuredC: 10, outsideC: 0 })).toBe(1);
    expect(proportionalDuty(duty, { setpointC: 21, measuredC: 25, outsideC: 0 })).toBe(0);
  });
});

describe('PI', () => {
  test('leaves no offset', () => {
    let integralKs = 0;
    const found = settled((measuredC) => {
      const step = stepPi({ gainPerK: 0.6, integralS: 7200 }, integralKs, 21 - measuredC, 60);
      ({ integralKs } = step);
      return step.duty;
    });
    expect(found).toBeCloseTo(21, 4);
  });

  test('a long warming-up winds nothing up', () => {
    let integralKs = 0;
    for (let i = 0; i < 600; i++) {
      const step = stepPi({ gainPerK: 0.6, integralS: 7200 }, integralKs, 6, 60);
      expect(step.duty).toBe(1);
      ({ integralKs } = step);
    }
    expect(integralKs).toBe(0);
    expect(stepPi({ gainPerK: 0.6, integralS: 7200 }, integralKs, -0.2, 60).duty).toBe(0);
  });
});

describe('time-proportional', () => {
  const settings = { cycleMs: 600_000, minMs: 30_000 };
  const onMs = (duty: number): number => {
    let state = null;
    let sum = 0;
    for (let at = 0; at < 6_000_000; at += 1000) {
      const step = stepTimeProportional(settings, state, duty, at);
      ({ state } = step);
      sum += step.isOn ? 1000 : 0;
    }
    return sum;
  };

  test('is on for its duty’s share of each cycle', () => {
    expect(onMs(0.3)).toBe(1_800_000);
    expect(onMs(0)).toBe(0);
    expect(onMs(1)).toBe(6_000_000);
  });

  test('leaves out what would be too short for a relay', () => {
    expect(onMs(0.04)).toBe(0);
    expect(onMs(0.96)).toBe(6_000_000);
  });

  test('hears a new duty at the next cycle, and cycles stay on their grid over a pause', () => {
    const first = stepTimeProportional(settings, null, 0.5, 0);
    const same = stepTimeProportional(settings, first.state, 1, 599_000);
    expect([same.state, same.isOn]).toEqual([first.state, false]);
    expect(stepTimeProportional(settings, first.state, 1, 1_900_000).state).toEqual({
      cycleAt: 1_800_000,
      onMs: 600_000,
    });
  });

  test('keeps a room near its setpoint', () => {
    let state: { cycleAt: number; onMs: number } | null = null;
    const found = settled((measuredC, at) => {
      const duty = proportionalDuty(
        { insidePerK: 0.6, outsidePerK: 0.015 },
        { setpointC: 21, measuredC, outsideC: 0 },
      );
      const step = stepTimeProportional(settings, state, duty, at);
      ({ state } = step);
      return step.isOn ? 1 : 0;
    });
    expect(Math.abs(found - 21)).toBeLessThan(0.1);
  });
});
