import { createRandom, normal } from './random.ts';
import { sunAt, type Site, type SunPosition, type Sunshine } from './sun.ts';

/** What the world outside is like at an instant. */
export interface Conditions extends Sunshine {
  outsideC: number;
  sun: SunPosition;
}

/** Conditions at an instant (Unix ms): the same whenever and in whatever order it is asked. */
export type Weather = (at: number) => Conditions;

/** What is steady about the weather of a place. */
export interface Climate {
  site: Site;
  /** Mean of the year, °C. */
  meanC: number;
  /** Half of the swing between summer and winter, K, and its warmest day of the year. */
  seasonK: number;
  warmestDay: number;
  /** Half of the swing between day and night, K, and its warmest hour by the sun. */
  dayK: number;
  warmestHour: number;
  /** Standard deviation of fronts passing, K, and how long one lasts, h. */
  frontK: number;
  frontH: number;
  /** Share of the sky that is covered half of the time, 0 to 1, and how long clouds stay, h. */
  cloudShare: number;
  cloudH: number;
}

/** Central Europe, near the coast. */
export const mildClimate: Climate = {
  site: { latitudeDeg: 53.5, longitudeDeg: 10 },
  meanC: 9.5,
  seasonK: 9,
  warmestDay: 201,
  dayK: 3.2,
  warmestHour: 15,
  frontK: 2.2,
  frontH: 24,
  cloudShare: 0.7,
  cloudH: 8,
};

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * T(t) = mean + A_y cos(2π (d − d0) / 365.25) + A_d cos(2π (h − h0) / 24) + σ x(t), in °C, with days d since a New Year
 * (1970's), hour by the mean sun h, and {@link hourlyNoise} x. Sunshine is that of {@link skyOf}, held for a minute.
 */
export function createWeather(climate: Climate, seed: number): Weather {
  const front = hourlyNoise(seed, 'weather', climate.frontH);
  const cloud = hourlyNoise(seed, 'clouds', climate.cloudH);
  const middle = Math.log(climate.cloudShare / (1 - climate.cloudShare));
  const sky = rememberLast((minute) => {
    const at = minute * minuteMs;
    const sun = sunAt(climate.site, at);
    return { sun, ...skyOf(sun, 1 / (1 + Math.exp(-middle - cloudSwing * cloud(at)))) };
  });
  // A fleet asks for the same instant again and again.
  return rememberLast((at) => {
    const hour = at / hourMs + climate.site.longitudeDeg / 15;
    const season = Math.cos((2 * Math.PI * (at / dayMs - climate.warmestDay)) / 365.25);
    const day = Math.cos((2 * Math.PI * (hour - climate.warmestHour)) / 24);
    const outsideC =
      climate.meanC + climate.seasonK * season + climate.dayK * day + climate.frontK * front(at);
    return { outsideC, ...sky(Math.floor(at / minuteMs)) };
  });
}

/** With this, skies are mostly clear or mostly covered, as they are. */
const cloudSwing = 1.8;

/**
 * Sunshine below a sky of which the share N is covered: G = (910 sin γ − 30)(1 − 0.75 N^3.4) on level ground, of
 * which G (0.3 + 0.7 N²) is diffuse, W/m².
 * @see Kasten & Czeplak 1980, Solar and terrestrial radiation dependent on the amount and type of cloud, Solar
 * Energy 24
 */
export function skyOf({ elevationDeg }: SunPosition, coveredShare: number): Sunshine {
  const sine = Math.sin((elevationDeg * Math.PI) / 180);
  const global = Math.max(0, 910 * sine - 30) * (1 - 0.75 * coveredShare ** 3.4);
  if (global === 0) return { directNormalWPerM2: 0, diffuseWPerM2: 0 };
  const diffuseWPerM2 = global * (0.3 + 0.7 * coveredShare ** 2);
  return { directNormalWPerM2: (global - diffuseWPerM2) / sine, diffuseWPerM2 };
}

/**
 * AR(1) noise of mean 0 and deviation 1 at full hours, x_k = φ x_(k−1) + √(1 − φ²) ε_k with φ = e^(−1 h / memory),
 * joined by straight lines. Each ε comes from (seed, hour) alone and the sum is cut where φ^n is below 0.5 %, so the
 * noise is a pure function of the instant: a home may be stopped and started and finds the same day.
 */
function hourlyNoise(seed: number, name: string, memoryH: number): (at: number) => number {
  const phi = Math.exp(-1 / memoryH);
  const terms = Math.ceil(Math.log(0.005) / Math.log(phi));
  const scale = Math.sqrt(1 - phi * phi);
  const shocks = remember((hour) => normal(createRandom(seed, `${name}/${hour}`)));
  const atHour = remember((hour) => {
    let x = 0;
    for (let n = terms; n >= 0; n--) x = phi * x + scale * shocks(hour - n);
    return x;
  });
  return (at) => {
    const hour = Math.floor(at / hourMs);
    const share = at / hourMs - hour;
    return atHour(hour) * (1 - share) + atHour(hour + 1) * share;
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

function rememberLast<T>(compute: (key: number) => T): (key: number) => T {
  let last: { key: number; value: T } | null = null;
  return (key) => {
    if (last?.key !== key) last = { key, value: compute(key) };
    return last.value;
  };
}
