import { describe, expect, test } from 'vitest';
import { createRandom, normal } from './random.ts';
import { irradianceOn, sunAt } from './sun.ts';
import { createWeather, mildClimate, skyOf, type Weather } from './weather.ts';

const hourMs = 3_600_000;
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const hoursOf = (from: number, days: number, weather: Weather): number[] =>
  Array.from({ length: days * 24 }, (_, i) => weather(from + i * hourMs).outsideC);

describe('made weather', () => {
  test('July is warmer than January by about twice the season’s swing', () => {
    const weather = createWeather(mildClimate, 1);
    const january = mean(hoursOf(Date.UTC(2026, 0, 5), 28, weather));
    const july = mean(hoursOf(Date.UTC(2026, 6, 6), 28, weather));
    expect(july - january).toBeGreaterThan(14);
    expect(july - january).toBeLessThan(22);
  });

  test('the afternoon is warmer than the night by twice the day’s swing on average', () => {
    const weather = createWeather(mildClimate, 1);
    // 10° east the mean sun is 40 min ahead of UTC.
    const at = (day: number, hour: number): number =>
      weather(Date.UTC(2026, 2, 1 + day, hour) - 40 * 60_000).outsideC;
    const days = Array.from({ length: 90 }, (_, day) => at(day, 15) - at(day, 3));
    expect(Math.abs(mean(days) - 2 * mildClimate.dayK)).toBeLessThan(1);
  });

  test('fronts pass with the deviation and the memory of the climate', () => {
    const bare = { ...mildClimate, meanC: 0, seasonK: 0, dayK: 0 };
    const x = hoursOf(Date.UTC(2026, 0, 1), 1500, createWeather(bare, 5));
    const variance = mean(x.map((value) => value * value));
    expect(Math.sqrt(variance)).toBeGreaterThan(0.85 * bare.frontK);
    expect(Math.sqrt(variance)).toBeLessThan(1.15 * bare.frontK);
    const lagged = mean(x.slice(24).map((value, i) => value * x[i]!)) / variance;
    expect(Math.abs(lagged - Math.exp(-1))).toBeLessThan(0.1);
  });

  test('the weather of an instant does not depend on what was asked before', () => {
    const at = Date.UTC(2026, 10, 22, 11, 48);
    const asked = createWeather(mildClimate, 9);
    hoursOf(at - 40 * hourMs, 3, asked);
    expect(asked(at)).toEqual(createWeather(mildClimate, 9)(at));
  });

  test('a year of its sunshine is that of northern Germany: 850 to 1,150 kWh/m² on level ground', () => {
    const weather = createWeather(mildClimate, 3);
    let sum = 0;
    for (let hour = 0; hour < 8760; hour++) {
      const conditions = weather(Date.UTC(2026, 0, 1) + hour * hourMs);
      sum += irradianceOn({ tiltDeg: 0, azimuthDeg: 0 }, conditions.sun, conditions) / 1000;
    }
    expect(sum).toBeGreaterThan(850);
    expect(sum).toBeLessThan(1150);
  });
});

describe('the sun', () => {
  // https://gml.noaa.gov/grad/solcalc/ has the equinox within minutes of this: 12:07 UTC at Greenwich.
  test('stands at the equinox’s noon in Greenwich in the south, 90° less the latitude high', () => {
    const sun = sunAt({ latitudeDeg: 51.48, longitudeDeg: 0 }, Date.UTC(2026, 2, 20, 12, 7, 30));
    expect(Math.abs(sun.elevationDeg - 38.5)).toBeLessThan(0.15);
    expect(Math.abs(sun.azimuthDeg - 180)).toBeLessThan(0.5);
  });

  test('shines on what faces it, not on what turns its back; the ground gives a fifth back', () => {
    const sun = { elevationDeg: 30, azimuthDeg: 180 };
    const bright = { directNormalWPerM2: 800, diffuseWPerM2: 0 };
    expect(irradianceOn({ tiltDeg: 60, azimuthDeg: 180 }, sun, bright)).toBeCloseTo(
      800 + 0.2 * 400 * 0.25,
      9,
    );
    expect(irradianceOn({ tiltDeg: 90, azimuthDeg: 0 }, sun, bright)).toBeCloseTo(0.2 * 400 * 0.5, 9);
    expect(irradianceOn({ tiltDeg: 0, azimuthDeg: 0 }, sun, bright)).toBeCloseTo(400, 9);
  });

  test('below clouds there is less of it, and all of it diffuse; below the horizon there is none', () => {
    const high = { elevationDeg: 60, azimuthDeg: 180 };
    expect(skyOf(high, 1).directNormalWPerM2).toBe(0);
    expect(skyOf(high, 1).diffuseWPerM2).toBeCloseTo((910 * Math.sin(Math.PI / 3) - 30) / 4, 9);
    expect(skyOf(high, 0).directNormalWPerM2).toBeGreaterThan(550);
    expect(skyOf({ elevationDeg: -5, azimuthDeg: 0 }, 0)).toEqual({
      directNormalWPerM2: 0,
      diffuseWPerM2: 0,
    });
  });
});

test('random numbers are uniform, normal ones have mean 0 and deviation 1, names are apart', () => {
  const random = createRandom(1, 'a');
  const uniform = Array.from({ length: 20_000 }, random);
  expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.01);
  const gauss = Array.from({ length: 20_000 }, () => normal(random));
  expect(Math.abs(mean(gauss))).toBeLessThan(0.03);
  expect(Math.abs(mean(gauss.map((value) => value * value)) - 1)).toBeLessThan(0.05);
  expect(createRandom(1, 'a')()).not.toBe(createRandom(1, 'b')());
  expect(createRandom(1, 'a')()).not.toBe(createRandom(2, 'a')());
});
