import { dayOfYear, hourOfDay } from './clock.ts';
import { createRandom, normal } from './random.ts';

/** The air outside: what is steady about a place. */
export interface Climate {
  /** Mean of the year, °C. */
  meanC: number;
  /** Half of the swing between summer and winter, K, and its warmest day of the year. */
  seasonK: number;
  warmestDay: number;
  /** Half of the swing between day and night, K, and its warmest hour. */
  dayK: number;
  warmestHour: number;
  /** Standard deviation of fronts passing, K, and how long one lasts, h. */
  frontK: number;
  frontH: number;
}

/** Central Europe, near the coast. */
export const mildClimate: Climate = {
  meanC: 9.5,
  seasonK: 9,
  warmestDay: 201,
  dayK: 3.2,
  warmestHour: 15,
  frontK: 2.2,
  frontH: 24,
};

/** Outside temperature in °C at an instant (Unix ms). */
export type Weather = (at: number) => number;

const hourMs = 3_600_000;

/**
 * T(t) = mean + A_y cos(2π (d − d0) / 365.25) + A_d cos(2π (h − h0) / 24) + x(t), in °C, with day of the year d and
 * local hour h. x is AR(1) noise at full hours, x_k = φ x_(k−1) + σ √(1 − φ²) ε_k with φ = e^(−1 h / frontH),
 * joined by straight lines. Each ε comes from (seed, hour) alone and the sum is cut where φ^n is below 0.5 %, so
 * the weather is a pure function of the instant: a home may be stopped and started and finds the same day.
 */
export function createWeather(climate: Climate, seed: number): Weather {
  const phi = Math.exp(-1 / climate.frontH);
  const terms = Math.ceil(Math.log(0.005) / Math.log(phi));
  const scale = climate.frontK * Math.sqrt(1 - phi * phi);
  const shocks = remember((hour) => normal(createRandom(seed, `weather/${hour}`)));
  const front = remember((hour) => {
    let x = 0;
    for (let n = terms; n >= 0; n--) x = phi * x + scale * shocks(hour - n);
    return x;
  });
  return (at) => {
    const hour = Math.floor(at / hourMs);
    const share = at / hourMs - hour;
    const noise = front(hour) * (1 - share) + front(hour + 1) * share;
    const season = Math.cos((2 * Math.PI * (dayOfYear(at) - climate.warmestDay)) / 365.25);
    const day = Math.cos((2 * Math.PI * (hourOfDay(at) - climate.warmestHour)) / 24);
    return climate.meanC + climate.seasonK * season + climate.dayK * day + noise;
  };
}

function remember(compute: (key: number) => number): (key: number) => number {
  const known = new Map<number, number>();
  return (key) => {
    const value = known.get(key);
    if (value !== undefined) return value;
    // A home runs for years; what it needs again lies within the last days.
    if (known.size > 2000) known.clear();
    const computed = compute(key);
    known.set(key, computed);
    return computed;
  };
}
