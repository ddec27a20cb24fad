import { normal, type Random } from './random.ts';

/** What lies between a room's air and the number that its thermometer says. */
export interface Sensor {
  /** It follows the air with this lag: 30 s in a draught, 60 to 900 s in a case on a wall. */
  timeConstantS: number;
  /** Says this much more than there is, K: 0 to 1 from its own warmth and its making. */
  offsetK: number;
  /** Standard deviation of what chance adds to each reading, K: 0.02 to 0.05. */
  noiseK: number;
  /** Smallest step that it shows, K: 0.0625 of a DS18B20, 0.1 or 0.5 of many valves. */
  resolutionK: number;
}

/** A good thermometer in a well-made case. */
export const usualSensor: Sensor = { timeConstantS: 180, offsetK: 0, noiseK: 0.02, resolutionK: 0.1 };

/** What the sensor says when its element is at a temperature, °C; chance is asked only where it has a part. */
export function readSensor(
  { offsetK, noiseK, resolutionK }: Sensor,
  elementC: number,
  random: Random,
): number {
  const noise = noiseK > 0 ? noiseK * normal(random) : 0;
  return quantise(elementC + offsetK + noise, resolutionK);
}

/** The nearest multiple of a resolution, which adds q/√12 rms. Rounded to 1e-9, so that 0.1 + 0.2 never shows. */
export function quantise(value: number, resolution: number): number {
  return Math.round(Math.round(value / resolution) * resolution * 1e9) / 1e9;
}
